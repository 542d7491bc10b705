// Tries the map of the explorer in a real browser, as a user would. scripts/ui-browser.sh runs it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const url = process.env.SOMA_URL;
const root = process.env.SOMA_API_TOKEN;
const patience = 90_000;
// A map has only the processor time that other work leaves: on a busy machine it takes minutes.
const mapPatience = 10 * patience;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const space = 'explorer-map';
const topics = ['The kettle boils water for tea in the kitchen', 'A train leaves the harbour station at night', 'Rain falls on the mountain valley', 'The violin plays in the orchestra concert'];
const memories = Number(process.env.SOMA_UI_MEMORIES ?? 3000);
const saying = count => `${count.toLocaleString('en')} memories.`;
const graphics = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

let browser;
let reader;

async function api(method, path, body, more = {}) {
  const response = await fetch(url + path, {
    method, headers: { Authorization: `Bearer ${root}`, 'X-Soma-Namespace': space, 'Content-Type': 'application/json', ...more }, body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

before(async () => {
  // With the sentence model vectors improve for a while, and maps are made anew by themselves: no newer one would be left to ask for.
  await api('PUT', `/namespaces/${space}`, { embedder: 'fast' });
  for (let done = 0; done < memories; done += 1000) {
    const items = Array.from({ length: Math.min(1000, memories - done) }, (_, i) => ({ id: `m/${done + i}`, payload: { text: `${topics[i % topics.length]}, note ${done + i}` } }));
    await api('POST', '/memories/batch', { items });
  }

  reader = (await api('POST', '/keys', { name: 'map-reader', tenant: 'default', namespaces: [space], scopes: ['read'] })).key;
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', ...graphics] });
});
after(() => browser?.close());

/** A tab in which the map is shown; `end` asserts that nothing went wrong in it. */
async function open(options = {}, prepare = () => {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const wrong = [];
  // Software that draws is slow, and says so.
  page.on('console', message => { if (message.type() === 'error' && !/GPU stall|Failed to load resource/.test(message.text())) { wrong.push(message.text()); } });
  page.on('pageerror', error => wrong.push(String(error)));
  page.on('request', request => { if (new URL(request.url()).origin !== url && !request.url().startsWith('data:')) { wrong.push(`request to ${request.url()}`); } });
  await page.addInitScript(token => sessionStorage.setItem('soma-key', token), reader);
  await page.addInitScript(prepare);
  await page.goto(`${url}/ui/map?ns=${space}`);
  await page.getByRole('heading', { name: 'Clusters' }).waitFor();
  return { page, end: async () => { await context.close(); assert.deepEqual(wrong, []); } };
}

async function assertAccessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(one => ['serious', 'critical'].includes(one.impact));
  assert.deepEqual(serious.map(one => `${name}: ${one.id} ${one.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`), []);
}

/** How many pixels of the picture are not the ground. */
const painted = page => page.evaluate(() => {
  const canvas = document.querySelector('canvas');
  const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height }).getContext('2d');
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((value, i) => i % 4 === 3 && value > 0).length;
});

/** Looks until the picture is there, and returns where it is. */
async function waitForPicture(page) {
  while (await painted(page) <= 100) {
    await page.evaluate(() => new Promise(resolve => requestAnimationFrame(resolve)));
  }

  return page.locator('canvas').boundingBox();
}

test('The map draws points, names clusters, and a line around all of them lists every memory', async () => {
  const { page, end } = await open();
  await page.getByText(saying(memories)).first().waitFor({ timeout: mapPatience });
  const box = await waitForPicture(page);
  const names = await page.locator('.clusters button').allTextContents();
  const telling = [['kettle', 'water', 'tea', 'kitchen', 'boils'], ['train', 'harbour', 'station', 'night', 'leaves'], ['Rain', 'mountain', 'valley', 'falls'], ['violin', 'orchestra', 'concert', 'plays']];
  assert.ok(telling.every(words => names.some(name => words.some(word => name.toLowerCase().includes(word.toLowerCase())))), names.join(' | '));
  await page.getByRole('button', { name: 'Draw a line around points' }).click();
  const corners = [[4, 4], [box.width - 4, 4], [box.width - 4, box.height - 4], [4, box.height - 4], [4, 6]];
  await page.mouse.move(box.x + 4, box.y + 4);
  await page.mouse.down();
  for (const [x, y] of corners) {
    await page.mouse.move(box.x + x, box.y + y, { steps: 4 });
  }

  await page.mouse.up();
  await page.locator('.chosen').getByText(saying(memories)).waitFor();
  await page.getByRole('cell', { name: /note \d+/ }).first().waitFor();
  await page.locator('.chosen').getByRole('link').first().click();
  await page.getByRole('heading', { name: /^@m\// }).waitFor();
  await end();
});

test('A keyboard alone chooses a cluster, reads its memories and opens one', async () => {
  const { page, end } = await open();
  const first = page.locator('.clusters button').first();
  await first.focus();
  await page.keyboard.press('Enter');
  assert.equal(await first.getAttribute('aria-pressed'), 'true');
  await page.getByRole('cell', { name: /note \d+/ }).first().waitFor();
  const words = (await first.locator('bdi').textContent()).toLowerCase().split(', ');
  const text = (await page.locator('.chosen .line-text', { hasText: /note/ }).first().textContent()).toLowerCase();
  assert.ok(words.some(word => text.includes(word)), `${text} has none of ${words.join()}`);
  await page.locator('.chosen').getByRole('link').first().focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /^@m\// }).waitFor();
  await end();
});

test('The map has no serious fault of accessibility in light and dark, and a phone shows it without scrolling sideways', async () => {
  for (const options of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { viewport: { width: 360, height: 740 } }]) {
    const { page, end } = await open(options);
    await page.locator('.clusters button').first().click();
    await page.getByRole('cell', { name: /note \d+/ }).first().waitFor();
    await assertAccessible(page, JSON.stringify(options));
    const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= seen, `${wide} wide on ${seen}`);
    await end();
  }
});

test('The pointer shows what a memory says, and a click opens it', async () => {
  const { page, end } = await open();
  const box = await waitForPicture(page);
  const tip = page.locator('.tip');
  for (let y = 10; y < box.height && !(await tip.count()); y += 5) {
    for (let x = 10; x < box.width && !(await tip.count()); x += 15) {
      await page.mouse.move(box.x + x, box.y + y);
    }
  }

  await tip.getByText(/note \d+/).waitFor();
  await page.mouse.down();
  await page.mouse.up();
  await page.getByRole('heading', { name: /^@m\// }).waitFor();
  await end();
});

test('Graphics that were lost and come back show the picture again', async () => {
  const { page, end } = await open();
  await waitForPicture(page);
  await page.evaluate(() => {
    globalThis.losing = document.querySelector('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
    globalThis.losing.loseContext();
  });
  await page.getByText('The browser took the graphics away').waitFor();
  await page.evaluate(() => globalThis.losing.restoreContext());
  await page.getByText('The browser took the graphics away').waitFor({ state: 'detached' });
  await waitForPicture(page);
  await end();
});

test('Without WebGL2 the page says why there is no picture, and the clusters still show their memories', async () => {
  const { page, end } = await open({}, () => {
    const make = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) { return kind === 'webgl2' ? null : make.call(this, kind, ...more); };
  });
  await page.getByText('This browser draws no WebGL2 here').waitFor();
  await page.locator('.clusters button').first().click();
  await page.getByRole('cell', { name: /note \d+/ }).first().waitFor();
  await end();
});

test('How long a map that is made takes to be painted, beside a page that holds one word (a report, no assertion)', async report => {
  const { page, end } = await open();
  await waitForPicture(page);
  /** The median of five loads of a page, in milliseconds from the request to what is waited for. */
  const timed = async (address, isThere) => {
    const took = [];
    for (let i = 0; i < 5; i++) {
      await page.goto(address);
      await isThere();
      took.push(await page.evaluate(() => performance.now()));
    }

    return took.sort((a, b) => a - b)[2];
  };
  const map = await timed(page.url(), async () => {
    await page.locator('canvas').waitFor();
    await waitForPicture(page);
  });
  const empty = await timed(`${url}/ping`, () => page.evaluate(() => new Promise(done => {
    const look = () => performance.getEntriesByName('first-contentful-paint').length ? done() : requestAnimationFrame(look);
    look();
  })));
  report.diagnostic(`${memories} memories: the picture is there after ${map.toFixed(0)} ms, ${(map / empty).toFixed(1)} of an empty page`);
  await end();
});

test('After a write the page offers a newer map, and shows it when it is made', async () => {
  await api('POST', '/memories', { id: 'later', payload: { text: 'The kettle boils once more' } });
  const { page, end } = await open();
  await page.getByRole('button', { name: 'Make a newer map' }).click();
  await page.getByText(saying(memories + 1)).first().waitFor({ timeout: mapPatience });
  await page.getByText('It shows the newest write').waitFor();
  await end();
});
