import type { Neighbor } from './types.ts';

export interface GraphNode {
  coord: string;
  x: number;
  y: number;
}

export interface GraphLine {
  from: GraphNode;
  to: GraphNode;
  type: string;
}

const ring = 130;

/**
 * Places a memory in the middle and its neighbours on rings, one for each link away. Each memory gets a sector that is as wide as what hangs on it,
 * within the sector of the memory that leads to it, so that lines between rings do not cross.
 */
export function layOut(start: string, neighbors: Neighbor[]): { nodes: GraphNode[]; lines: GraphLine[]; size: number } {
  const children = new Map<string, Neighbor[]>();
  const seen = new Set([start]);
  for (const one of neighbors) {
    if (!seen.has(one.coord)) {
      seen.add(one.coord);
      const parent = one.via !== undefined && seen.has(one.via) ? one.via : start;
      children.set(parent, [...(children.get(parent) ?? []), one]);
    }
  }

  const widths = new Map<string, number>();
  const widthOf = (coord: string): number => {
    const known = widths.get(coord);
    if (known !== undefined) {
      return known;
    }

    const width = Math.max(1, (children.get(coord) ?? []).reduce((sum, child) => sum + widthOf(child.coord), 0));
    widths.set(coord, width);
    return width;
  };
  // Far rings must be long enough for what stands on them.
  const step = Math.max(ring, (widthOf(start) * 16) / (2 * Math.PI));
  const middle: GraphNode = { coord: start, x: 0, y: 0 };
  const nodes = [middle];
  const lines: GraphLine[] = [];
  let depth = 1;
  const place = (parent: GraphNode, level: number, begin: number, end: number): void => {
    let angle = begin;
    for (const child of children.get(parent.coord) ?? []) {
      const share = ((end - begin) * widthOf(child.coord)) / widthOf(parent.coord);
      const at = angle + share / 2;
      const node: GraphNode = { coord: child.coord, x: Math.round(Math.cos(at) * step * level), y: Math.round(Math.sin(at) * step * level) };
      nodes.push(node);
      lines.push(child.direction === 'in' ? { from: node, to: parent, type: child.link_type } : { from: parent, to: node, type: child.link_type });
      depth = Math.max(depth, level);
      place(node, level + 1, angle, angle + share);
      angle += share;
    }
  };
  place(middle, 1, -Math.PI / 2, Math.PI * 1.5);
  return { nodes, lines, size: step * depth + 60 };
}
