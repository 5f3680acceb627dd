// gallery.mjs OUT zh=FOLDER en=FOLDER …: pictures of the mails and index pages that runs left.
// FOLDER is a project; a picture that a run does not have (yet) is said, and fails.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMail } from './mails.mjs';
import { open, openTab, photograph, show } from './pages.mjs';

const DESKTOP = { name: 'light', colorScheme: 'light', widths: [760] };
const DARK = { name: 'dark', colorScheme: 'dark', widths: [760] };
const PHONE = { name: 'light', colorScheme: 'light', widths: [380] };
const WIDE = { name: 'light', colorScheme: 'light', widths: [1080] };

// What is shown of each language: a run's folder, a page in it, how it is shown and how much of it.
const MONTH = 'mails/2026-10-v1';
const QUARTER_END = 'dry-run/2026-09';
const PICTURES = [
  { name: 'person', run: MONTH, page: /-person-E051\.eml$/, mode: DESKTOP, height: 2600 },
  { name: 'person-phone', run: MONTH, page: /-person-E051\.eml$/, mode: PHONE, height: 1500 },
  { name: 'person-dark', run: MONTH, page: /-person-E018\.eml$/, mode: DARK, height: 1500 },
  { name: 'department', run: MONTH, page: /-department-D40\.eml$/, mode: DESKTOP, height: 2600 },
  { name: 'company', run: MONTH, page: /-company-C00\.eml$/, mode: DESKTOP, height: 2600 },
  { name: 'hr', run: QUARTER_END, page: /-hr-C00\.eml$/, mode: DESKTOP, height: 1800 },
  { name: 'index', run: MONTH, page: /^index\.html$/, mode: WIDE, height: 1100 },
  { name: 'pack-mail', run: 'dry-run/2026-Q3', page: /-pack-C00\.eml$/, mode: DESKTOP, height: 2000 },
];

const [out, ...projects] = process.argv.slice(2);
const browser = await open();
const lacking = [];
try {
  for (const project of projects) {
    const [language, folder] = project.split('=');
    for (const picture of PICTURES) await take(language, folder, picture);
  }
} finally {
  await browser.close();
}
if (lacking.length > 0) {
  console.error(`no page for: ${lacking.join(', ')}`);
  process.exit(1);
}

async function take(language, project, { name, run, page, mode, height }) {
  const folder = join(project, run);
  const file = existsSync(folder) && readdirSync(folder).find((file) => page.test(file));
  if (!file) return lacking.push(`${name} ${language}`);
  const path = join(folder, file);
  const shown = file.endsWith('.eml')
    ? readMail(path)
    : { html: readFileSync(path, 'utf8'), pictures: new Map() };
  const tab = await openTab(browser);
  await show(tab, shown, mode);
  writeFileSync(join(out, `${name}.${language}.png`), await photograph(tab, 'png', height));
  return tab.context().close();
}
