// Tries the explorer in a real browser, as a user would. scripts/ui-browser.sh runs it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const url = process.env.SOMA_URL;
const root = process.env.SOMA_API_TOKEN;
const memories = Number(process.env.SOMA_UI_MEMORIES ?? 3000);
const patience = 90_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const space = 'explorer-test';
const hostile = '@<img src=x onerror=alert(1)>/"\u202eevil';
// 5 MB: the service takes bodies of up to 5 MiB.
const large = 'x'.repeat(5_000_000);

let browser;
let scoped;

async function api(method, path, body, more = {}) {
  const response = await fetch(url + path, {
    method, headers: { Authorization: `Bearer ${root}`, 'X-Soma-Namespace': space, 'Content-Type': 'application/json', ...more }, body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

before(async () => {
  const topics = ['the kettle boils in the kitchen', 'a train leaves from the harbour', 'rain falls on the mountain', 'the parcel came from Lisbon'];
  for (let done = 0; done < memories; done += 1000) {
    const items = Array.from({ length: Math.min(1000, memories - done) }, (_, i) => ({
      id: `m/${done + i}`, payload: { text: `Note ${done + i}: ${topics[i % topics.length]}`, topic: `t${i % topics.length}`, n: done + i },
    }));
    await api('POST', '/memories/batch', { items });
  }

  await api('POST', '/memories', { id: 'big-number', payload: { text: 'zebra crossing', n: 1 } });
  await api('POST', '/memories', { id: 'big-number', payload: { text: 'zebra crossing repainted', n: 2 } });
  await api('POST', '/memories', { id: hostile.slice(1), payload: { text: '<script>alert(1)</script> \u202egnp.exe <b>bold</b>', '<i>field</i>': '</bdi><img src=x onerror=alert(2)>' } });
  await api('POST', '/memories', { id: 'large', payload: { text: large } });
  await api('POST', '/graph/link', { from_coord: '@big-number', to_coord: '@m/1', link_type: 'near' });
  await api('POST', '/graph/link', { from_coord: '@m/1', to_coord: '@m/2', link_type: 'next' });
  await api('POST', '/memories', { id: 'secret', payload: { text: 'zebra of another namespace' } }, { 'X-Soma-Namespace': 'explorer-other' });
  scoped = (await api('POST', '/keys', { name: 'reader', tenant: 'default', namespaces: [space], scopes: ['read'] })).key;
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
});
after(() => browser?.close());

/** A tab that notes what must not happen; `end` asserts that nothing of it did. */
async function open(path, { key, expected = [], ...options } = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const wrong = [];
  page.on('console', message => { if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) { wrong.push(message.text()); } });
  page.on('pageerror', error => wrong.push(String(error)));
  page.on('dialog', dialog => { wrong.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on('request', request => { if (new URL(request.url()).origin !== url && !request.url().startsWith('data:')) { wrong.push(`request to ${request.url()}`); } });
  page.on('response', response => { if (response.status() >= 400 && !expected.includes(response.status())) { wrong.push(`${response.status()} ${response.url()}`); } });
  if (key) {
    await page.addInitScript(token => sessionStorage.setItem('soma-key', token), key);
  }

  await page.goto(url + path);
  return { page, end: async () => { await context.close(); assert.deepEqual(wrong, []); } };
}

async function assertAccessible(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(one => ['serious', 'critical'].includes(one.impact));
  assert.deepEqual(serious.map(one => `${name}: ${one.id} ${one.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`), []);
}

/** Waits until every chart of the page is drawn, and asserts that each has its values beside it. */
async function waitForCharts(page) {
  await page.waitForFunction(() => [...document.querySelectorAll('.chart')].every(chart => chart.querySelector('canvas')));
  assert.ok(await page.evaluate(() => [...document.querySelectorAll('.chart-figure')].every(figure => figure.querySelectorAll('tbody tr').length > 0)));
}

const at = (page, more = '') => `/ui/${page}?ns=${space}${more}`;
const keyOf = coord => `&key=${encodeURIComponent(coord)}`;

test('A keyboard alone signs in, searches and opens a memory', async () => {
  const { page, end } = await open('/ui/', { expected: [403] });
  await page.getByLabel('Key').waitFor();
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('does not accept this key').waitFor();
  await page.keyboard.press('Control+A');
  await page.getByLabel('Key').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(root);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Namespaces' }).waitFor();

  /** Presses Tab until something is focused whose text is this, and presses Enter. */
  const enter = async (role, name) => {
    const wanted = page.getByRole(role, { name, exact: true }).first();
    await wanted.waitFor();
    for (let i = 0; i < 100 && !(await wanted.evaluate(one => one === document.activeElement)); i++) {
      await page.keyboard.press('Tab');
    }

    assert.ok(await wanted.evaluate(one => one === document.activeElement), `Tab reaches ${name}`);
    await page.keyboard.press('Enter');
  };
  await enter('link', space);
  await page.getByRole('heading', { name: 'Memories' }).waitFor();
  const list = page.getByRole('region', { name: 'Memories' });
  await list.getByRole('link').nth(2).waitFor();
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.ok(await list.getByRole('link').nth(1).evaluate(one => one === document.activeElement), 'the arrow keys go from row to row');
  await page.keyboard.press('Tab');
  assert.ok(await list.evaluate(one => !one.contains(document.activeElement)), 'Tab leaves the list');
  await enter('link', 'Search');
  await page.getByRole('searchbox').waitFor();
  for (let i = 0; i < 100 && !(await page.getByRole('searchbox').evaluate(one => one === document.activeElement)); i++) {
    await page.keyboard.press('Tab');
  }

  await page.keyboard.type('zebra crossing');
  await enter('link', '@big-number');
  await page.getByRole('heading', { name: '@big-number' }).waitFor();
  await page.getByText('zebra crossing repainted').first().waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem('soma-key')), null, 'the key is in the session storage alone');
  await end();
});

test('Every page is shown whole, without errors, in light and dark, and has no serious fault of accessibility', async () => {
  const pages = [
    ['/ui/namespaces', space], [at('overview'), 'Newest seq'], [at('memories'), '@large'], [at('search', '&q=kettle'), 'Why it was found'], [at('memory', keyOf('@big-number')), 'repainted'],
    [at('links', `${keyOf('@big-number')}&hops=2`), 'Links away'], [at('changes'), 'Following.'], [at('past'), 'Rewind'], ['/ui/service', '99% within'], [at('memories', '&at=2'), 'The past.'],
  ];
  for (const colorScheme of ['light', 'dark']) {
    const { page, end } = await open('/ui/', { key: root, colorScheme });
    for (const [path, text] of pages) {
      await page.goto(url + path);
      await page.getByText(text).first().waitFor();
      await waitForCharts(page);
      await assertAccessible(page, `${colorScheme} ${path}`);
    }

    await end();
  }

  const { page, end } = await open('/ui/', {});
  await page.getByLabel('Key').waitFor();
  await assertAccessible(page, 'sign in');
  await end();
});

test('A phone shows every page without scrolling sideways', async () => {
  const { page, end } = await open('/ui/', { key: root, viewport: { width: 360, height: 740 } });
  for (const [path, text] of [['/ui/namespaces', space], [at('overview'), 'Newest seq'], [at('changes'), 'Following.'], [at('memories'), '@large'], [at('search', '&q=kettle'), 'Why it was found'], [at('memory', keyOf(hostile)), 'gnp'], [at('past'), 'Rewind'], ['/ui/service', '99% within']]) {
    await page.goto(url + path);
    await page.getByText(text).first().waitFor();
    await waitForCharts(page);
    const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= seen, `${path} is ${wide} wide on ${seen}`);
  }

  await end();
});

test('A list is scrolled to its last memory and back, and draws only what is in sight', async () => {
  const { page, end } = await open(at('memories', '&order=seq-asc'), { key: root });
  const list = page.locator('.list');
  await page.getByText('@m/0', { exact: true }).waitFor();
  /** Scrolls as far as it goes, again and again, until a row with this key is drawn. */
  const scrollTo = async (key, isDown) => {
    await list.evaluate((one, [key, isDown]) => new Promise(done => {
      const go = () => {
        one.scrollTop = isDown ? one.scrollHeight : 0;
        [...one.querySelectorAll('.line-key')].some(line => line.textContent === key) ? done() : requestAnimationFrame(go);
      };
      go();
    }), [key, isDown]);
    assert.ok(await page.locator('.line').count() < 100);
  };
  await scrollTo('@large', true);
  await page.getByText('which are all').waitFor();
  await scrollTo('@m/0', false);
  await end();
});

test('The cluster, charts and quotas are shown to an operator', async () => {
  await api('PUT', `/namespaces/explorer-bounded`, { quota_memories: 4 });
  await api('POST', '/memories', { id: 'one', payload: { text: 'a single memory' } }, { 'X-Soma-Namespace': 'explorer-bounded' });
  const { page, end } = await open('/ui/service', { key: root });
  const silos = page.getByRole('region', { name: 'Silos' });
  await silos.getByText('active').first().waitFor();
  await page.getByRole('button', { name: 'Read the settings of namespaces' }).click();
  await page.getByText('Quota of memories: 1 of 4 (25%)').waitFor();
  // A rate needs two measurements.
  const requests = page.locator('figure', { hasText: 'Requests a second' }).locator('tbody td').first();
  await page.waitForFunction(cell => cell.textContent !== '…', await requests.elementHandle());
  await page.goto(url + at('changes'));
  await page.getByText('Following.').waitFor();
  await api('POST', '/memories', { id: 'charted', payload: { text: 'counted in the chart' } });
  await page.waitForFunction(() => document.querySelector('.chart-values tbody td:last-child')?.textContent === '0.2');
  await page.goto(url + '/ui/overview?ns=explorer-bounded');
  await page.getByText('Quota of memories: 1 of 4 (25%)').waitFor();
  await page.locator('figure', { hasText: 'Writes since the beginning' }).getByRole('row', { name: /Newest seq 1 1 1/ }).waitFor();
  await end();
});

test('A search shows its parts, filters by a click, and says why a memory was not found', async () => {
  const { page, end } = await open(at('search'), { key: root });
  await page.getByRole('searchbox').fill('kettle kitchen');
  // Until the answer is here, the hits of no query stand there, and what is opened in them goes with them. The page says so by "Searching…".
  await page.getByText(/^\d+ memories, the best first/).waitFor();
  await page.getByText('Why it was found').first().click();
  await page.getByText('relevance', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'topic = t0' }).first().click();
  await page.getByRole('button', { name: /topic = t0.*remove/ }).waitFor();
  assert.match(page.url(), /filters=/);
  const ask = async (key, answer) => {
    await page.getByLabel('Key of the memory that you miss').fill(key);
    await page.getByRole('button', { name: 'Find out' }).click();
    await page.getByText(answer).waitFor();
  };
  await ask('@m/1', 'The filters leave it out');
  // A quarter of the memories say the same. So among many of them this one may stand anywhere.
  await ask('@m/0', /^It (was found|is number|is not among the first)/);
  await page.getByRole('button', { name: /remove this filter/ }).click();
  await ask('@m/2', /It is number|not among the first|does not consider it/);
  await end();
});

test('A memory is compared with its past, seen then, reverted and forgotten, each said before it is done', async () => {
  const { page, end } = await open(at('memory', keyOf('@big-number')), { key: root, expected: [404] });
  await page.getByLabel('Compare version 1').check();
  await page.getByLabel('Compare version 2').check();
  await page.locator('ins', { hasText: 'repainted' }).waitFor();
  await page.getByRole('link', { name: 'As it was then' }).last().click();
  await page.getByText('The past.').waitFor();
  await page.locator('pre.payload', { hasText: '"zebra crossing"' }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Forget…' }).count(), 0);
  await page.getByRole('button', { name: 'Go to the present' }).click();
  await page.getByRole('button', { name: 'Revert to this version…' }).last().click();
  await page.getByText('stored again as version 3').waitFor();
  await page.getByRole('button', { name: 'Revert', exact: true }).click();
  await page.getByText('version 3').first().waitFor();
  await page.getByRole('button', { name: 'Forget…' }).click();
  await page.getByText('Its links with 1 memory go too').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Forget…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget', exact: true }).click();
  await page.getByText('There is no such memory now').waitFor();
  await end();
});

test('Changes appear as they are written, and a rewind counts before it acts', async () => {
  const { page, end } = await open(at('changes'), { key: root });
  await page.getByText('Following.').waitFor();
  const { seq } = await api('POST', '/memories', { id: 'fresh', payload: { text: 'written while somebody looks' } });
  await page.getByText('written while somebody looks').waitFor();
  await page.goto(url + at('past'));
  await page.getByLabel('To seq or time').fill(String(seq - 1));
  await page.getByRole('button', { name: 'Count what would change…' }).click();
  await page.getByText('1 deleted because').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Rewind' }).click();
  await page.getByText(`Rewound to seq`).waitFor();
  await page.getByLabel('New name').fill('explorer-copy');
  await page.getByRole('button', { name: 'Fork…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Fork' }).click();
  await page.getByRole('link', { name: 'explorer-copy' }).waitFor();
  await end();
});

test('Markup, turning characters and megabytes in a memory do nothing but stand there', async () => {
  const { page, end } = await open(at('memory', keyOf(hostile)), { key: root });
  await page.getByText('\\u202egnp.exe').first().waitFor();
  assert.equal(await page.locator('main img, main script, main b').count(), 0);
  await page.goto(url + at('search', '&q=gnp'));
  await page.getByText('\\u202egnp.exe').first().waitFor();
  assert.equal(await page.locator('main img, main script, main b').count(), 0);
  await page.goto(url + at('memory', keyOf('@large')));
  await page.getByRole('button', { name: /Show all/ }).click();
  await page.waitForFunction(() => document.querySelector('textarea')?.value.length > 5_000_000);
  await end();
});

test('A key sees its own namespaces and no button for what it may not do', async () => {
  const { page, end } = await open('/ui/', { key: scoped });
  await page.getByRole('link', { name: space }).click();
  await page.getByText('@large').first().waitFor();
  assert.equal(await page.getByText('explorer-other').count(), 0);
  assert.equal(await page.getByRole('link', { name: 'Past' }).count(), 0);
  await page.goto(url + at('memory', keyOf('@m/1')));
  await page.getByText('Note 1:').first().waitFor();
  assert.equal(await page.getByRole('button', { name: /Forget|Purge|Revert/ }).count(), 0);
  await end();

  const other = await open('/ui/memories?ns=explorer-other', { key: scoped, expected: [403, 404] });
  await other.page.getByRole('alert').waitFor();
  assert.equal(await other.page.getByText('zebra of another').count(), 0);
  await other.end();
});

test('The files are served with strict headers, and only built files are', async () => {
  const index = await fetch(`${url}/ui/some/deep/link`);
  assert.equal(index.status, 200);
  assert.match(index.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/);
  assert.doesNotMatch(index.headers.get('content-security-policy'), /unsafe/);
  assert.equal(index.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(index.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(index.headers.get('cache-control'), 'no-cache');
  const asset = /\/ui\/assets\/[^"]+\.js/.exec(await index.text())[0];
  const script = await fetch(url + asset);
  assert.match(script.headers.get('cache-control'), /immutable/);
  assert.match(script.headers.get('content-type'), /javascript/);
  assert.equal((await fetch(`${url}/ui/assets/none.js`)).status, 404);
});

test('How long pages take to be painted, beside a page that holds one word (a report, no assertion)', async report => {
  const { page, end } = await open('/ping', { key: root });
  const painted = () => page.evaluate(() => new Promise(done => {
    const look = () => { const [first] = performance.getEntriesByName('first-contentful-paint'); first ? done(first.startTime) : requestAnimationFrame(look); };
    look();
  }));
  /** From an act in the page until a frame after the page holds what it asks for. */
  const timed = (act, isThere) => page.evaluate(`new Promise(done => {
    const begun = performance.now();
    (${act})();
    const look = () => (${isThere})() ? requestAnimationFrame(() => done(performance.now() - begun)) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  })`);
  const median = async measure => {
    const all = [];
    for (let i = 0; i < 5; i++) {
      all.push(await measure());
    }

    return all.sort((a, b) => a - b)[2];
  };
  const empty = await median(async () => { await page.goto(`${url}/ping`); return painted(); });
  const found = {};
  found['first paint'] = await median(async () => { await page.goto(url + at('memories')); return painted(); });
  found['first rows'] = await median(async () => {
    await page.goto(url + at('memories'));
    await page.locator('.line-key').first().waitFor();
    return page.evaluate(() => performance.now());
  });
  // What is asked, and what only the best hits of it hold.
  const queries = [['kettle boils', 'kettle'], ['train leaves', 'train'], ['rain falls', 'rain falls'], ['parcel from Lisbon', 'parcel'], ['kettle kitchen', 'kettle']];
  await page.goto(url + at('search'));
  await page.getByRole('searchbox').waitFor();
  found['search to paint, with the 250 ms after the last letter'] = await median(async () => {
    const [query, held] = queries.shift();
    return timed(
      `() => { const box = document.querySelector('input[type=search]'); box.value = ${JSON.stringify(query)}; box.dispatchEvent(new Event('input', { bubbles: true })); }`,
      `() => document.querySelector('.hit p')?.textContent.includes(${JSON.stringify(held)})`);
  });
  await page.goto(url + at('memories'));
  await page.locator('.line-key').first().waitFor();
  found['list scroll'] = await median(() => timed(
    `() => { const list = document.querySelector('.list'); list.scrollTop = list.scrollHeight; }`,
    `() => [...document.querySelectorAll('.line')].every(line => line.textContent !== 'Loading…')`));

  report.diagnostic(`${memories} memories; an empty page is painted after ${empty.toFixed(0)} ms`);
  for (const [name, took] of Object.entries(found)) {
    report.diagnostic(`${name}: ${took.toFixed(0)} ms, ${(took / empty).toFixed(1)} of an empty page`);
  }

  await end();
});
