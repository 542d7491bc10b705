// Reads the built site in a real browser, as a visitor does. scripts/docs.sh runs it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { base, folder, serve } from './served.mjs';

const { chromium } = createRequire(new URL('../../ui/package.json', import.meta.url))('playwright-core');
const pages = readdirSync(folder, { recursive: true }).filter(file => file.endsWith('.html') && file !== '404.html');
let site;
let browser;

before(async () => {
  site = await serve();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
});
after(async () => {
  await browser?.close();
  site?.close();
});

/** A tab that notes what must not happen; `end` asserts that nothing of it did. */
async function open(path) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  const wrong = [];
  page.on('console', message => { if (message.type() === 'error') { wrong.push(message.text()); } });
  page.on('pageerror', error => wrong.push(String(error)));
  page.on('request', request => { if (!request.url().startsWith(`${site.origin}/`) && !request.url().startsWith('data:')) { wrong.push(`request to ${request.url()}`); } });
  page.on('response', response => { if (response.status() >= 400) { wrong.push(`${response.status()} ${response.url()}`); } });
  await page.goto(site.origin + base + path);
  return { page, end: async () => { await context.close(); assert.deepEqual(wrong, []); } };
}

test('Every page is shown whole, with one title, from its own origin alone', async () => {
  const { page, end } = await open('');
  for (const file of pages) {
    await page.goto(site.origin + base + file, { waitUntil: 'networkidle' });
    assert.equal(await page.locator('main h1').count(), 1, `${file} has one title`);
    const broken = await page.locator('main img').evaluateAll(images => images.filter(one => !one.complete || one.naturalWidth === 0).map(one => one.src));
    assert.deepEqual(broken, [], file);
  }

  await end();
});

test('The search finds a page by its words', async () => {
  const { page, end } = await open('');
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.locator('#localsearch-input').fill('idempotency key');
  const first = page.locator('#localsearch-list a').first();
  await first.waitFor();
  assert.match(await page.locator('#localsearch-list').innerText(), /Never twice|retry/i);
  await first.click();
  await page.locator('main h1').waitFor();
  await end();
});

test('A language that is chosen in one group of tabs is shown in all, on the next page too', async () => {
  const { page, end } = await open('tutorial.html');
  const groups = await page.locator('.vp-code-group').count();
  assert.ok(groups > 5);
  await page.locator('.vp-code-group label[data-title="TypeScript"]').first().click();
  const chosen = page.locator('.vp-code-group .blocks > .language-ts.active');
  await page.waitForFunction(() => [...document.querySelectorAll('.vp-code-group label[data-title="TypeScript"]')].every(label => document.getElementById(label.htmlFor).checked));
  assert.equal(await chosen.count(), await page.locator('.vp-code-group label[data-title="TypeScript"]').count());
  await page.goto(`${site.origin + base}api.html`);
  await page.locator('.vp-code-group .blocks > .language-ts.active').first().waitFor();
  await end();
});
