// The mails of a run, taken apart as a mail program would do it.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// A mail of the folder: `NUMBER-KIND-UNIT.eml`, copies and whatever else is named so.
export function readMails(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.eml')).sort();
  return names.map((name) => readMail(join(folder, name)));
}

export function readMail(file) {
  const leaves = [...leavesOf(readFileSync(file).toString('latin1'))];
  const html = leaves.find((leaf) => leaf.type === 'text/html');
  if (!html) throw new Error(`${file}: no HTML part`);
  const name = basename(file, '.eml');
  const page = decoded(html).toString('utf8');
  return {
    file,
    name,
    kind: name.split('-')[1],
    language: page.match(/<html[^>]* lang="([^"]+)"/)?.[1] ?? '',
    html: page,
    text: decoded(leaves.find((leaf) => leaf.type === 'text/plain')).toString('utf8'),
    encodedBytes: html.body.length,
    pictures: new Map(leaves.filter((leaf) => leaf.id).map((leaf) => [leaf.id, decoded(leaf)])),
  };
}

function* leavesOf(entity) {
  const end = entity.indexOf('\r\n\r\n');
  const headers = headersOf(entity.slice(0, end));
  const body = entity.slice(end + 4);
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = type.match(/boundary="?([^";]+)"?/i)?.[1];
  if (!boundary) {
    const id = headers['content-id']?.replace(/^<|>$/g, '');
    const encoding = (headers['content-transfer-encoding'] ?? '7bit').toLowerCase();
    yield { type: type.split(';')[0].trim().toLowerCase(), id, encoding, body };
    return;
  }
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1);
  for (const part of parts) if (!part.startsWith('--')) yield* leavesOf(part.slice(2));
}

function headersOf(block) {
  const lines = block.replace(/\r\n[ \t]+/g, ' ').split('\r\n').filter((line) => line.includes(':'));
  const pairs = lines.map((line) => line.split(/:\s*(.*)/s));
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
}

function decoded({ encoding, body }) {
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1');
  const joined = body.replace(/=\r\n/g, '');
  const bytes = joined.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
