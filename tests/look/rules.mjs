// Rules of our own for the clients that nobody keeps data on (QQ Mail, NetEase 163, Foxmail, WeCom),
// and for the finer points of Outlook's Word engine. docs/mail-clients.md gives the reasons.
import { part } from './parts.mjs';

const ENCODED_BYTES_AT_MOST = 80 * 1024;
// Gmail cuts a mail off there.
const BYTES_AT_MOST = 102 * 1024;
// Gmail leaves a longer style sheet out.
const STYLE_BYTES_AT_MOST = 8192;

const ELEMENTS = new Set(
  ('html head meta title style body table tbody thead tr td th div p span a img br hr h1 h2 h3 b strong i em '
    + 'ul ol li caption').split(' '),
);
const STYLE_NEVER = [
  'position', 'float', 'transform', 'animation', 'filter', 'opacity', 'background-image', 'box-shadow',
];
const STYLE_VALUES_NEVER = /\b(flex|grid|url\(|var\(|calc\(|expression\()|-\d+px|\d(rem|vw|vh)\b/;

// What is wrong with the mails: { mails, failures }, each failure once for each mail and rule.
export async function checkRules(mails) {
  const { parseDocument } = await part('htmlparser2');
  const failures = [];
  for (const mail of mails) {
    const found = new Map();
    const say = (rule, element) => {
      if (!found.has(rule)) found.set(rule, element ? `${rule}: ${tagOf(element)}` : rule);
    };
    checkSize(mail, say);
    checkSheets(mail, say);
    const used = new Set();
    for (const element of elementsOf(parseDocument(mail.html))) checkElement(element, mail, used, say);
    for (const id of mail.pictures.keys()) if (!used.has(id)) say(`the picture ${id} is shown nowhere`);
    failures.push(...[...found.values()].map((what) => `${mail.name}: ${what}`));
  }
  return failures;
}

function checkSize({ html, encodedBytes }, say) {
  const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  if (encodedBytes > ENCODED_BYTES_AT_MOST) say(`HTML of ${kb(encodedBytes)} as encoded, above 80 KB`);
  const bytes = Buffer.byteLength(html);
  if (bytes > BYTES_AT_MOST) say(`HTML of ${kb(bytes)}, above 102 KB`);
}

function checkSheets({ html }, say) {
  const sheets = [...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].map(([, sheet]) => sheet);
  for (const sheet of sheets) {
    if (Buffer.byteLength(sheet) > STYLE_BYTES_AT_MOST) say('a style sheet above 8192 bytes');
    if (/@import|@font-face|url\(/.test(sheet)) say('a style sheet fetches something');
    for (const [, declarations] of sheet.matchAll(/\{([^{}]*)\}/g)) checkStyle(declarations, null, say);
  }
  if (html.indexOf('<style') > html.indexOf('<body')) say('a style sheet in the body');
}

function checkElement(element, mail, used, say) {
  const { name, attribs } = element;
  if (!ELEMENTS.has(name)) say(`<${name}> is not for mails`, element);
  for (const attribute of Object.keys(attribs)) {
    if (attribute.startsWith('on') || attribute === 'background') say(`attribute ${attribute}`, element);
  }
  const style = checkStyle(attribs.style ?? '', element, say);
  if (name === 'table') checkTable(element, say);
  if (name === 'img') checkPicture(element, mail, used, say);
  if (name === 'a' && !/^(https:|mailto:|#)/.test(attribs.href ?? '')) say('a link that leads nowhere', element);
  const cell = ['td', 'th'].includes(name);
  // Outlook's Word engine knows padding in cells alone, and widths of tables, cells and pictures.
  if (Object.keys(style).some((key) => key.startsWith('padding')) && !cell && name !== 'body') {
    say('padding outside a cell', element);
  }
  if (['table', 'tr', 'td', 'th'].includes(name) && style['background-color'] && !attribs.bgcolor) {
    say('a background without bgcolor beside it', element);
  }
}

// The declarations of a style; each that is not for mails is said.
function checkStyle(text, element, say) {
  const style = Object.fromEntries(text.split(';').map((one) => one.split(':').map((side) => side.trim())));
  for (const [key, value = ''] of Object.entries(style)) {
    if (STYLE_NEVER.includes(key)) say(`style ${key}`, element);
    if (STYLE_VALUES_NEVER.test(value)) say(`style ${key}: ${value}`, element);
    if (key === 'background' && /\s/.test(value)) say('background of more than a colour', element);
  }
  return style;
}

function checkTable(element, say) {
  const { attribs } = element;
  for (const wanted of ['cellspacing', 'width']) {
    if (attribs[wanted] === undefined) say(`a table without the attribute ${wanted}`, element);
  }
  const heads = [...elementsOf(element)].some(({ name }) => name === 'th');
  if (attribs.role !== 'presentation' && !heads) {
    say('a table that lays out must have role="presentation"', element);
  }
}

function checkPicture(element, { pictures }, used, say) {
  const { attribs } = element;
  for (const wanted of ['width', 'alt']) {
    if (attribs[wanted] === undefined) say(`a picture without the attribute ${wanted}`, element);
  }
  const id = attribs.src?.match(/^cid:(.*)$/)?.[1];
  if (!pictures.has(id)) say('a picture that the mail does not carry', element);
  used.add(id);
}

function* elementsOf(node) {
  for (const child of node.children ?? []) {
    if (child.attribs) yield child;
    yield* elementsOf(child);
  }
}

function tagOf({ name, attribs }) {
  const inner = Object.entries(attribs).map(([key, value]) => ` ${key}="${value.slice(0, 100)}"`);
  return `<${name}${inner.join('')}>`;
}
