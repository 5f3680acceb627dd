// What e-mail clients make of the mails: the data of caniemail.com, and the list of exceptions that
// docs/mail-clients.md gives its readers.
import { readFileSync } from 'node:fs';
import { part } from './parts.mjs';

const CLIENTS = [
  'gmail.desktop-webmail', 'gmail.mobile-webmail', 'gmail.ios', 'gmail.android',
  'outlook.windows', 'outlook.outlook-com', 'apple-mail.macos', 'apple-mail.ios',
];
const HEADINGS = { errors: '## Not supported', warnings: '## Supported in part' };

// What is used and not listed, and what is listed and not used.
export async function checkClients(mails, document) {
  const { caniemail } = await part('caniemail');
  const listed = listedIn(readFileSync(document, 'utf8'));
  const used = { errors: new Map(), warnings: new Map() };
  for (const { name, html } of withNewTags(mails)) {
    const { issues } = caniemail({ clients: CLIENTS, html });
    for (const kind of ['errors', 'warnings']) {
      for (const [client, found] of issues[kind]) {
        const real = found.filter(({ title }) => title !== 'Chaining selectors' || chains(html));
        for (const { title } of real) note(used[kind], entry(kind, title, client), name);
      }
    }
  }
  const failures = [];
  for (const kind of ['errors', 'warnings']) {
    const where = `${document}, “${HEADINGS[kind].slice(3)}”`;
    for (const [listing, name] of used[kind]) {
      if (!listed[kind].has(listing)) failures.push(`${name}: not listed in ${where}: ${listing}`);
    }
    for (const listing of listed[kind]) {
      if (!used[kind].has(listing)) failures.push(`${where}: no mail has it any more: ${listing}`);
    }
  }
  return { failures, exceptions: used.errors.size, partial: used.warnings.size };
}

// The checker takes `.a .b` for a chain, which `.a.b` alone is.
function chains(html) {
  const sheets = html.match(/<style[\s\S]*?<\/style>/g) ?? [];
  return sheets.some((sheet) => /\.[a-z][\w-]*\.[a-z]/i.test(sheet.replace(/\{[^{}]*\}/g, '')));
}

// An exception is made for a client; of what is partly supported, the part that is used is for all.
function entry(kind, feature, client) {
  return kind === 'errors' ? `${feature} in ${client}` : feature;
}

function note(used, listing, name) {
  if (!used.has(listing)) used.set(listing, name);
}

// Each mail with the tags alone that none before had: a feature is told by a tag and its style, and
// thousands of cells are alike.
function* withNewTags(mails) {
  const seen = new Set();
  for (const { name, html } of mails) {
    const tags = html.match(/<style[\s\S]*?<\/style>|<[a-z][^>]*>/g);
    const fresh = new Set(tags.filter((tag) => !seen.has(tag)));
    fresh.forEach((tag) => seen.add(tag));
    if (fresh.size > 0) yield { name, html: [...fresh].map(closed).join('\n') };
  }
}

// An element of its own; what follows a <title> would else be its text.
function closed(tag) {
  const name = tag.match(/^<([a-z0-9]+)/)[1];
  return name === 'style' ? `<head>${tag}</head>` : `${tag}</${name}>`;
}

// Rows `| feature | client, client | …` below the first heading, `| feature | …` below the second.
function listedIn(text) {
  const listed = {};
  for (const [kind, heading] of Object.entries(HEADINGS)) {
    const section = text.split(`\n${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    listed[kind] = new Set(rows.flatMap((row) => {
      const [, feature, clients] = row.split('|').map((cell) => cell.trim().replaceAll('`', ''));
      return clients.split(', ').map((client) => entry(kind, feature, client));
    }));
  }
  return listed;
}
