/** The geometry of the map: what is where in the window, and which points lie at a place or inside of a line. */

/** The answer of the service: one member of each array for each point. */
export interface PointMap {
  memories: number;
  shown: number;
  without_vector: number;
  partial: boolean;
  clusters: MapCluster[];
  coords: string[];
  x: number[];
  y: number[];
  cluster: number[];
}

export interface MapCluster {
  x: number;
  y: number;
  size: number;
  words: string[];
}

/** Points have whole numbers from 0 to this. */
export const side = 9999;

export interface Spot {
  x: number;
  y: number;
}

/** Which part of the map a window of `width` × `height` pixels shows: the point (x, y) of the map in its middle, at a zoom. */
export interface View {
  width: number;
  height: number;
  x: number;
  y: number;
  zoom: number;
}

export const mostZoom = 200;

/** At zoom 1 the whole map is in the window, with a margin. */
export const whole = { x: side / 2, y: side / 2, zoom: 1 };

/** Pixels for each unit of the map. */
export function scaleOf(view: View): number {
  return (Math.max(1, Math.min(view.width, view.height) - 32) / side) * view.zoom;
}

export function toWindow(view: View, spot: Spot): Spot {
  const scale = scaleOf(view);
  return { x: (spot.x - view.x) * scale + view.width / 2, y: (spot.y - view.y) * scale + view.height / 2 };
}

export function toMap(view: View, spot: Spot): Spot {
  const scale = scaleOf(view);
  return { x: (spot.x - view.width / 2) / scale + view.x, y: (spot.y - view.height / 2) / scale + view.y };
}

/** Zooms so that what is under a place of the window stays there. */
export function zoomAt(view: View, spot: Spot, factor: number): View {
  const zoom = Math.max(0.5, Math.min(mostZoom, view.zoom * factor));
  const under = toMap(view, spot);
  const moved = toMap({ ...view, zoom }, spot);
  return { ...view, zoom, x: view.x + under.x - moved.x, y: view.y + under.y - moved.y };
}

/** Whether a point lies inside of a closed line, by the number of its edges that a ray from the point crosses. */
export function isInside(line: Spot[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [a, b] = [line[i]!, line[j]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) {
      inside = !inside;
    }
  }

  return inside;
}

export function pointsInside(map: PointMap, line: Spot[]): number[] {
  return map.x.flatMap((x, point) => (isInside(line, x, map.y[point]!) ? [point] : []));
}

const cells = 100;
const cellSide = (side + 1) / cells;

/** The points by the cells of a grid, so that the one under the pointer is found among few. */
export class PointGrid {
  private readonly cells: number[][] = Array.from({ length: cells * cells }, () => []);

  constructor(private readonly map: PointMap) {
    map.x.forEach((x, point) => this.cells[Math.floor(map.y[point]! / cellSide) * cells + Math.floor(x / cellSide)]!.push(point));
  }

  /** The nearest point within a distance of the map; -1: there is none. */
  nearest(spot: Spot, within: number): number {
    const cellOf = (value: number): number => Math.max(0, Math.min(cells - 1, Math.floor(value / cellSide)));
    let best = -1;
    let least = within * within;
    for (let row = cellOf(spot.y - within); row <= cellOf(spot.y + within); row++) {
      for (let column = cellOf(spot.x - within); column <= cellOf(spot.x + within); column++) {
        for (const point of this.cells[row * cells + column]!) {
          const distance = (this.map.x[point]! - spot.x) ** 2 + (this.map.y[point]! - spot.y) ** 2;
          if (distance <= least) {
            least = distance;
            best = point;
          }
        }
      }
    }

    return best;
  }
}

export interface Label extends Spot {
  cluster: number;
  text: string;
}

const letterWidth = 7.2;
const labelHeight = 20;

/** The labels that have room: of two that would cover each other, that of the larger cluster. */
export function placeLabels(map: PointMap, view: View): Label[] {
  const placed: (Label & { half: number })[] = [];
  for (const cluster of bySize(map)) {
    const { words, x, y } = map.clusters[cluster]!;
    const text = words.slice(0, 3).join(' ');
    const at = toWindow(view, { x, y });
    const half = (text.length * letterWidth) / 2 + 6;
    const isFree = placed.every(other => Math.abs(other.x - at.x) > other.half + half || Math.abs(other.y - at.y) > labelHeight);
    if (text && isFree && at.x > half && at.x < view.width - half && at.y > labelHeight && at.y < view.height - labelHeight) {
      placed.push({ cluster, text, ...at, half });
    }
  }

  return placed;
}

/** The places of the clusters, the largest first. */
export function bySize(map: PointMap): number[] {
  return map.clusters.map((_, i) => i).sort((a, b) => map.clusters[b]!.size - map.clusters[a]!.size || a - b);
}

/** The colour of a cluster as red, green and blue from 0 to 255. Neighbours in the list of clusters differ most. */
export function colourOf(cluster: number, isDark: boolean): [number, number, number] {
  if (cluster < 0) {
    return isDark ? [120, 126, 132] : [150, 155, 160];
  }

  const hue = (cluster * 137.508 + 200) % 360;
  const light = (isDark ? 0.66 : 0.42) + (cluster % 3 - 1) * 0.06;
  const strength = (isDark ? 0.62 : 0.68) * Math.min(light, 1 - light);
  const part = (n: number): number => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (light - strength * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}
