// Mails and the index page in a real browser: screenshots, axe-core, and no sideways scrolling.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPage } from './inpage.mjs';
import { part, pathOf } from './parts.mjs';

export const WIDTHS = [360, 640, 1200];
// `bare` is a mail without its style sheets, which some clients take away. Its tables may be as wide
// as on a desktop: on a phone such clients let the reader move about.
export const MODES = [
  { name: 'light', colorScheme: 'light', widths: WIDTHS, judged: [360, 1200] },
  { name: 'dark', colorScheme: 'dark', widths: WIDTHS, judged: [1200] },
  { name: 'images-off', colorScheme: 'light', widths: WIDTHS, judged: [], imagesOff: true },
  { name: 'bare', colorScheme: 'light', widths: [640, 1200], judged: [1200], mailsOnly: true },
];
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--hide-scrollbars', '--force-color-profile=srgb',
];
// Pages are answered from memory: nothing goes out, and what a page asks for beside is a failure.
const HOST = 'http://mail.invalid';
const AT_ONCE = 3;

// pages: [{ name, html, pictures, isMail }]; shots: a folder for screenshots, or nothing.
// Gives { views, judged, failures }: each failure says page, width, mode, rule and element.
export async function lookAt(pages, shots) {
  const browser = await open();
  const axe = readFileSync(pathOf('axe-core/axe.min.js'), 'utf8');
  if (shots) mkdirSync(shots, { recursive: true });
  const seen = { views: 0, judged: 0, failures: [] };
  const queue = [...pages];
  const work = async () => {
    for (let page = queue.shift(); page; page = queue.shift()) await lookAtOne(browser, page, axe, shots, seen);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await browser.close();
  }
  return seen;
}

export async function open() {
  const { default: { chromium } } = await part('playwright-core');
  return chromium.launch({ executablePath: process.env.ATTAIN_CHROMIUM, args: FLAGS });
}

async function lookAtOne(browser, page, axe, shots, seen) {
  const tab = await openTab(browser);
  for (const mode of MODES.filter(({ mailsOnly }) => page.isMail || !mailsOnly)) {
    const asked = await show(tab, page, mode);
    await tab.evaluate(axe);
    await tab.evaluate(inPage);
    for (const width of mode.widths) {
      const at = `${page.name} at ${width} px, ${mode.name}`;
      const say = (what) => seen.failures.push(`${at}: ${what}`);
      await tab.setViewportSize({ width, height: 800 });
      (await tab.evaluate(() => window.look.tooWide())).forEach(say);
      if (mode.imagesOff) (await tab.evaluate(() => window.look.silentPictures())).forEach(say);
      if (mode.judged.includes(width)) {
        (await tab.evaluate((isMail) => window.look.violations(isMail), page.isMail)).forEach(say);
        seen.judged += 1;
      }
      if (shots) writeFileSync(join(shots, `${page.name}-${width}-${mode.name}.jpg`), await photograph(tab, 'jpeg'));
      seen.views += 1;
    }
    asked.forEach((url) => seen.failures.push(`${page.name}, ${mode.name}: asks for ${url}`));
  }
  await tab.context().close();
}

export async function openTab(browser) {
  const context = await browser.newContext();
  return context.newPage();
}

// Shows the page as the mode has it, at its first width; gives what the page asked for in vain.
export async function show(tab, page, mode) {
  const asked = [];
  await tab.unrouteAll();
  await tab.route('**/*', (route) => {
    const url = route.request().url();
    if (url === `${HOST}/`) {
      return route.fulfill({ contentType: 'text/html; charset=utf-8', body: asShown(page.html, mode) });
    }
    const picture = page.pictures.get(decodeURIComponent(url.slice(`${HOST}/cid/`.length)));
    if (!picture) asked.push(url);
    if (!picture || mode.imagesOff) return route.abort();
    return route.fulfill({ contentType: 'image/png', body: picture });
  });
  await tab.emulateMedia({ colorScheme: mode.colorScheme });
  await tab.setViewportSize({ width: mode.widths[0], height: 800 });
  await tab.goto(`${HOST}/`, { waitUntil: 'load' });
  return asked;
}

function asShown(html, mode) {
  const styled = mode.mailsOnly ? html.replace(/<style[\s\S]*?<\/style>/g, '') : html;
  return styled.replace(/(["'(])cid:/g, `$1${HOST}/cid/`);
}

// The whole page, or as much of its top, by the browser's own protocol: it takes half the time.
export async function photograph(tab, format, heightAtMost = Infinity) {
  const session = await tab.context().newCDPSession(tab);
  const { cssContentSize: { width, height } } = await session.send('Page.getLayoutMetrics');
  const { data } = await session.send('Page.captureScreenshot', {
    format,
    optimizeForSpeed: true,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width, height: Math.min(height, heightAtMost), scale: 1 },
  });
  await session.detach();
  return Buffer.from(data, 'base64');
}
