import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMetrics, quantileBetween, total } from '../src/metrics.ts';
import { add, none, rates } from '../src/samples.ts';

test('A rate is the growth between two samples, and not known where the counter began anew', () => {
  const samples = [[0, 10], [2_000, 30], [4_000, 5], [5_000, 6]].reduce((all, [at, value]) => add(all, at!, value!), none<number>());
  assert.deepEqual(rates(samples, value => value), [null, 10, null, 1]);
  assert.deepEqual(rates(samples, value => value, 60), [null, 600, null, 60]);
});

test('The oldest samples are dropped, so that an open page takes no more and more memory', () => {
  let samples = none<number>();
  for (let i = 0; i < 1000; i++) {
    samples = add(samples, i * 1000, i);
  }

  assert.deepEqual([samples.times.length, samples.seen[0], samples.seen[719]], [720, 280, 999]);
});

const histogram = (...below: number[]) => parseMetrics(['0.01', '0.1', '1', '+Inf'].map((le, i) => `t_seconds_bucket{le="${le}"} ${below[i]}`).join('\n'));

test('A quantile counts only the observations between two readings', () => {
  assert.equal(quantileBetween(histogram(1000, 1000, 1000, 1000), histogram(1000, 1010, 1010, 1010), 't_seconds', 0.5)?.toFixed(4), '0.0550');
  assert.equal(quantileBetween(histogram(5, 5, 5, 5), histogram(5, 5, 5, 5), 't_seconds', 0.5), null);
  assert.equal(quantileBetween(histogram(0, 0, 0, 0), histogram(0, 0, 0, 4), 't_seconds', 0.99), 1, 'beyond the last bound it is at least that');
});

test('A total counts the series that are asked for', () => {
  const samples = parseMetrics('r{status="200"} 3\nr{status="503"} 2\n');
  assert.equal(total(samples, 'r', labels => labels['status'] === '503'), 2);
  assert.equal(total(samples, 'other'), null);
});
