import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pager } from '../src/pager.ts';

/** Reads what is missing as the service would: 1,000 rows, whose cursor is the number of the next one. */
function read(pager: Pager<number>, from: number, to: number, pages = 3): void {
  for (let missing = pager.missing(from, to, 0); missing; missing = pager.missing(from, to, 0)) {
    const start = Number(missing.cursor || 0);
    // A page may be shorter than what was asked for, as that of large memories is.
    const length = missing.most ?? (start % 20 === 0 ? 10 : 7);
    const end = Math.min(1000, start + length);
    pager.put(missing.page, Array.from({ length: end - start }, (_, i) => start + i), end === 1000 ? null : String(end));
    assert.ok(pager.kept <= pages);
  }
}

test('A list is read to its end and back, and holds only the pages near the reader', () => {
  const pager = new Pager<number>(3, '');
  for (let row = 0; pager.hasMore; row = pager.count) {
    read(pager, row, row);
  }

  assert.equal(pager.count, 1000);
  assert.equal(pager.at(999), 999);
  assert.equal(pager.at(0), undefined);
  assert.equal(pager.isHere(0), false);
  for (let row = 995; row >= 0; row -= 5) {
    read(pager, row, row + 4);
    assert.deepEqual([0, 1, 2, 3, 4].map(i => pager.at(row + i)), [0, 1, 2, 3, 4].map(i => row + i));
  }
});

test('A row that is gone when its page is read again is not taken for one that is still to come', () => {
  const pager = new Pager<string>(1, '');
  pager.put(0, ['a', 'b'], 'x');
  pager.put(1, ['c'], null);
  assert.deepEqual(pager.missing(0, 1, 0), { page: 0, cursor: '', most: 2 });
  pager.put(0, ['a'], 'x');
  assert.deepEqual([pager.at(1), pager.isHere(1), pager.count], [undefined, true, 3]);
});
