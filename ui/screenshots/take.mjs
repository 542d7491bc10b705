// Takes the pictures of the explorer that docs/images holds. scripts/screenshots.sh runs it on a service with the memory of seed.mjs.
//
//   node take.mjs <folder for the pictures>
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const url = process.env.SOMA_URL;
const token = process.env.SOMA_API_TOKEN;
const key = coord => `&key=${encodeURIComponent(coord)}`;

/** The pictures: name, address under /ui/, the text that is waited for, and what a visitor does before the picture is taken. */
const pictures = [
  { name: 'namespaces', address: 'namespaces', shows: 'office' },
  { name: 'memories', address: 'memories?ns=shop', shows: '@hours' },
  { name: 'search', address: 'search?ns=shop&q=how+is+the+tyre+of+Mia%3F', shows: 'Why it was found', act: page => page.getByText('Why it was found').first().click() },
  {
    name: 'memory', address: `memory?ns=shop${key('@mia')}`, shows: 'version 1', act: async page => {
      await page.getByLabel('Compare version 1').check();
      await page.getByLabel('Compare version 2').check();
    },
  },
  { name: 'links', address: `links?ns=shop${key('@mia')}`, shows: 'Links away' },
  // Follows from the tenth write on, as a page does that was opened then.
  { name: 'changes', address: 'changes?ns=shop', shows: 'seq 24', route: [/\/changes\?after=/, url => url.replace(/after=\d+/, 'after=10')], act: page => page.getByRole('row', { name: /^put .*[1-9][\d.]*$/ }).waitFor() },
  {
    name: 'past', address: 'past?ns=shop', shows: 'Rewind', act: async page => {
      await page.getByLabel('From seq or time').fill('12');
      await page.getByRole('button', { name: 'Compare moments' }).click();
      await page.getByText('differ').first().waitFor();
    },
  },
  { name: 'map', address: 'map?ns=counter', shows: 'It shows the newest write', act: page => page.getByRole('region', { name: 'Clusters' }).getByRole('button').first().click() },
  { name: 'overview', address: 'overview?ns=shop', shows: 'Writes since the beginning', act: page => page.getByRole('row', { name: 'Newest seq 24' }).waitFor() },
  { name: 'moment', address: 'memories?ns=shop&at=4', shows: '@hours' },
];

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] });
try {
  for (const { name, address, shows, route, act } of pictures) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', reducedMotion: 'reduce', timezoneId: 'UTC', locale: 'en-GB' });
    const page = await context.newPage();
    await page.addInitScript(value => sessionStorage.setItem('soma-key', value), token);
    if (route) {
      await page.route(route[0], one => one.continue({ url: route[1](one.request().url()) }));
    }

    await page.goto(`${url}/ui/${address}`);
    await page.getByText(shows).first().waitFor();
    await act?.(page);
    await page.waitForLoadState('load');
    await page.screenshot({ path: join(process.argv[2], `${name}.png`), caret: 'hide', animations: 'disabled' });
    await context.close();
  }
} finally {
  await browser.close();
}
