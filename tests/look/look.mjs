// look.mjs pages SHOTS FOLDER…: representative mails and the index pages, in a browser.
// look.mjs mails DOCUMENT FOLDER…: every mail, against the clients' data and our own rules.
// A folder is what a run left: mails as .eml, and index.html. Says all that is wrong, and leaves with 1.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkClients } from './clients.mjs';
import { covering } from './covering.mjs';
import { readMails } from './mails.mjs';
import { lookAt, MODES, WIDTHS } from './pages.mjs';
import { checkRules } from './rules.mjs';

const [what, where, ...folders] = process.argv.slice(2);
// Two runs have mails of the same name.
const labelled = folders.map((folder, at) => ({ folder, label: folders.length > 1 ? `${at + 1}-` : '' }));
const mails = labelled.flatMap(({ folder, label }) =>
  readMails(folder).map((mail) => ({ ...mail, name: `${label}${mail.name}` })));
if (mails.length === 0) throw new Error(`no mails in ${folders.join(' ')}`);

const { said, failures } = what === 'pages' ? await pages() : await all();
console.log(said);
if (failures.length > 0) {
  console.log(`${failures.length} failures:\n${failures.join('\n')}`);
  process.exit(1);
}

async function pages() {
  const chosen = covering(mails).map((mail) => ({ ...mail, isMail: true }));
  const indexes = labelled.filter(({ folder }) => existsSync(join(folder, 'index.html')));
  const index = indexes.map(({ folder, label }) => ({
    name: `${label}index`,
    html: readFileSync(join(folder, 'index.html'), 'utf8'),
    pictures: new Map(),
    isMail: false,
  }));
  const { views, judged, failures } = await lookAt([...chosen, ...index], where === '-' ? null : where);
  const kinds = [...new Set(chosen.map(({ kind, language }) => `${kind} ${language}`))].sort();
  const modes = MODES.map(({ name }) => name).join(', ');
  const said = `${chosen.length} of ${mails.length} mails (${kinds.join(', ')}) and ${index.length} index pages: `
    + `${views} views at ${WIDTHS.join(', ')} px (${modes}), ${judged} of them judged by axe-core`;
  return { said, failures };
}

async function all() {
  const { failures, exceptions, partial } = await checkClients(mails, where);
  const longest = mails.reduce((a, b) => (b.encodedBytes > a.encodedBytes ? b : a));
  const said = `${mails.length} mails: ${exceptions} exceptions and ${partial} partial supports, all listed; `
    + `the longest HTML part, ${longest.name}, has ${(longest.encodedBytes / 1024).toFixed(1)} KB as encoded`;
  return { said, failures: [...failures, ...await checkRules(mails)] };
}
