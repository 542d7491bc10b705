// Every link, picture and script of the built pages leads to something that the site holds.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { base, fileOf, folder } from './served.mjs';

const pages = readdirSync(folder, { recursive: true }).filter(file => file.endsWith('.html') && file !== '404.html').map(file => join(folder, file));
const ids = new Map();

function idsOf(file) {
  if (!ids.has(file)) {
    ids.set(file, new Set([...readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
  }

  return ids.get(file);
}

test('Every link leads to a page, a heading or a file of the site', () => {
  const dead = [];
  let links = 0;
  for (const page of pages) {
    const address = new URL(base + relative(folder, page), 'http://site');
    for (const [, target] of readFileSync(page, 'utf8').matchAll(/\s(?:href|src)="([^"]+)"/g)) {
      const url = new URL(target.replaceAll('&amp;', '&'), address);
      if (url.origin !== address.origin || url.protocol === 'data:') {
        continue;
      }

      links++;
      const file = fileOf(url.pathname);
      if (!file) {
        dead.push(`${relative(folder, page)}: ${target} is not there`);
      } else if (url.hash && file.endsWith('.html') && !idsOf(file).has(decodeURIComponent(url.hash.slice(1)))) {
        dead.push(`${relative(folder, page)}: ${target}: no such heading`);
      }
    }
  }

  assert.ok(pages.length > 30 && links > 1000, `${pages.length} pages, ${links} links`);
  assert.deepEqual(dead, []);
});

test('Every page can be reached from the first one', () => {
  const seen = new Set([fileOf(base)]);
  for (const page of seen) {
    // The menu lists all pages, so only links of the text count.
    const text = readFileSync(page, 'utf8').split('<main')[1]?.split('</main>')[0] ?? '';
    for (const [, target] of text.matchAll(/\shref="([^"#]+)[^"]*"/g)) {
      const url = new URL(target, new URL(base + relative(folder, page), 'http://site'));
      const file = url.origin === 'http://site' ? fileOf(url.pathname) : null;
      if (file?.endsWith('.html')) {
        seen.add(file);
      }
    }
  }

  assert.deepEqual(pages.filter(page => !seen.has(page)).map(page => relative(folder, page)), []);
});
