import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOut } from '../src/graph.ts';
import { parseMetrics, quantile, total } from '../src/metrics.ts';
import { EventSplitter } from '../src/sse.ts';

test('Events are found however the stream is cut, and comments are none', () => {
  const stream = ': soma\n\nevent: log\ndata: {"log":"1"}\n\nid: 7\ndata: {"a":\ndata: 1}\n\n:\n\nid: 9\n\n';
  for (const size of [1, 3, 1000]) {
    const splitter = new EventSplitter();
    const events = [];
    for (let i = 0; i < stream.length; i += size) {
      events.push(...splitter.push(stream.slice(i, i + size)));
    }

    assert.deepEqual(events, [{ name: 'log', id: '', data: '{"log":"1"}' }, { name: 'message', id: '7', data: '{"a":\n1}' }]);
  }
});

test('Metrics are summed over their labels, and a quantile is the bound that holds it', () => {
  const samples = parseMetrics('# HELP x y\n# TYPE x counter\nx{a="1",b="q\\"}"} 2\nx{a="2"} 3\nh_bucket{le="0.1"} 5\nh_bucket{le="1"} 9\nh_bucket{le="+Inf"} 10\nh_count 10\n');
  assert.equal(total(samples, 'x'), 5);
  assert.equal(samples[0]?.labels['b'], 'q"}');
  assert.equal(total(samples, 'nothing'), null);
  assert.equal(quantile(samples, 'h', 0.5), 0.1);
  assert.equal(quantile(samples, 'h', 0.9), 1);
  assert.equal(quantile(samples, 'h', 0.99), Infinity);
  assert.equal(quantile(samples, 'nothing', 0.5), null);
});

test('Neighbours stand on rings around the start, each near the memory that leads to it, and links point as they do', () => {
  const one = { link_type: 't', strength: 1 };
  const { nodes, lines } = layOut('@a', [
    { ...one, coord: '@b', hops: 1, direction: 'out', via: '@a' },
    { ...one, coord: '@c', hops: 1, direction: 'in', via: '@a' },
    { ...one, coord: '@d', hops: 2, direction: 'out', via: '@b' },
    { ...one, coord: '@b', hops: 2, direction: 'out', via: '@c' },
  ]);
  assert.deepEqual(nodes.map(node => node.coord).sort(), ['@a', '@b', '@c', '@d']);
  assert.deepEqual(lines.map(line => `${line.from.coord}>${line.to.coord}`).sort(), ['@a>@b', '@b>@d', '@c>@a']);
  const radius = (coord: string): number => { const node = nodes.find(other => other.coord === coord)!; return Math.hypot(node.x, node.y); };
  assert.ok(radius('@d') > radius('@b') * 1.9);
});
