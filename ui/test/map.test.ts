import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bySize, colourOf, isInside, placeLabels, PointGrid, pointsInside, scaleOf, toMap, toWindow, whole, zoomAt, type PointMap, type View } from '../src/mapview.ts';

const view: View = { ...whole, width: 800, height: 500 };
const map: PointMap = {
  memories: 4, shown: 4, without_vector: 0, partial: false, coords: ['@a', '@b', '@c', '@d'], x: [0, 9999, 5000, 5010], y: [0, 9999, 5000, 5000], cluster: [0, 1, 1, -1],
  clusters: [{ x: 5000, y: 5000, size: 1, words: ['small'] }, { x: 5040, y: 5000, size: 2, words: ['large', 'one'] }],
};

test('A place of the window is a place of the map and back, also after zooming, which keeps what is under the pointer', () => {
  const spot = { x: 123, y: 456 };
  const near = zoomAt(view, spot, 7);
  const [there, later] = [toMap(view, spot), toMap(near, spot)];
  assert.ok(Math.abs(there.x - later.x) < 1e-6 && Math.abs(there.y - later.y) < 1e-6);
  const back = toWindow(near, later);
  assert.ok(Math.abs(back.x - spot.x) < 1e-6 && Math.abs(back.y - spot.y) < 1e-6);
  assert.ok(scaleOf(near) > 6 * scaleOf(view));
  assert.ok(zoomAt(view, spot, 1e9).zoom <= 200 && zoomAt(view, spot, 0).zoom > 0);
});

test('A line chooses what lies inside of it, also where it is bent inwards', () => {
  const bent = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 5, y: 2 }, { x: 0, y: 10 }];
  assert.deepEqual([isInside(bent, 1, 5), isInside(bent, 5, 5), isInside(bent, 9, 5), isInside(bent, 11, 5)], [true, false, true, false]);
  assert.deepEqual(pointsInside(map, [{ x: 4000, y: 4000 }, { x: 6000, y: 4000 }, { x: 6000, y: 6000 }, { x: 4000, y: 6000 }]), [2, 3]);
});

test('The nearest point is found, also at the edges, and none that is too far', () => {
  const grid = new PointGrid(map);
  assert.equal(grid.nearest({ x: 5003, y: 5001 }, 50), 2);
  assert.equal(grid.nearest({ x: 5009, y: 5001 }, 50), 3);
  assert.equal(grid.nearest({ x: -20, y: -20 }, 50), 0);
  assert.equal(grid.nearest({ x: 10_020, y: 10_020 }, 50), 1);
  assert.equal(grid.nearest({ x: 2000, y: 2000 }, 50), -1);
});

test('Of two labels that would cover each other, the larger cluster has its own', () => {
  assert.deepEqual(bySize(map), [1, 0]);
  assert.deepEqual(placeLabels(map, view).map(label => label.text), ['large one']);
  assert.deepEqual(placeLabels(map, { ...view, zoom: 60 }).map(label => label.text), ['large one', 'small']);
});

test('Clusters have colours of their own, in light and dark', () => {
  for (const isDark of [false, true]) {
    const colours = Array.from({ length: 40 }, (_, i) => colourOf(i, isDark).join());
    assert.equal(new Set([...colours, colourOf(-1, isDark).join()]).size, 41);
    colours.forEach(colour => assert.match(colour, /^(\d{1,3},){2}\d{1,3}$/));
  }
});
