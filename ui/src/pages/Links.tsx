import { fetchJson } from '../api.ts';
import { Failure, Foreign, Heading, KeyLink, useLoad } from '../parts.tsx';
import { addressOf, go, moment, namespace, place, setParams, tenant } from '../route.ts';
import { cut, plural } from '../text.ts';
import type { Neighbor } from '../types.ts';
import { layOut } from '../graph.ts';

interface Near {
  neighbors: Neighbor[];
  truncated?: boolean;
}

const mostDrawn = 150;

/** The links around a memory: drawn, and as a list that says the same. Each memory in either leads to its own links. */
export function Links() {
  const params = place.value.params;
  const coord = params.get('key') ?? '';
  const hops = params.get('hops') ?? '1';
  const direction = params.get('direction') ?? 'both';
  const near = useLoad<Near>(JSON.stringify([tenant.value, namespace.value, moment.value, coord, hops, direction]), signal =>
    fetchJson<Near>('/graph/neighbors', { signal, query: { coord, k_hop: hops, limit: mostDrawn, direction, as_of: moment.value } }));
  const neighbors = near.value?.neighbors ?? [];
  return (
    <>
      <Heading>Links of <Foreign text={coord} most={80} /></Heading>
      <form class="row" onSubmit={event => event.preventDefault()}>
        <label for="hops">Within</label>
        <select id="hops" value={hops} onChange={event => setParams({ hops: event.currentTarget.value })}>
          {[1, 2, 3].map(n => <option key={n} value={n}>{plural(n, 'link')}</option>)}
        </select>
        <label for="direction">Pointing</label>
        <select id="direction" value={direction} onChange={event => setParams({ direction: event.currentTarget.value })}>
          <option value="both">either way</option>
          <option value="out">away from it</option>
          <option value="in">to it</option>
        </select>
        <a href={addressOf('memory', { key: coord })}>The memory itself</a>
      </form>
      <Failure message={near.failure} />
      {near.value && (
        <p role="status" class="quiet">
          {neighbors.length === 0 ? 'No link leads on from here.' : `${plural(neighbors.length, 'memory', 'memories')}, the nearest first.`}
          {(neighbors.length === mostDrawn || near.value.truncated) && ' There may be more: the walk stopped at its bound.'}
        </p>
      )}
      {neighbors.length > 0 && <Drawing start={coord} neighbors={neighbors} />}
      {neighbors.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Links">
          <table>
            <thead><tr><th scope="col">Memory</th><th scope="col">Link</th><th scope="col">Other end</th><th scope="col" class="n">Strength</th><th scope="col" class="n">Links away</th><th scope="col"><span class="unseen">Open</span></th></tr></thead>
            <tbody>
              {neighbors.map(one => (
                <tr key={one.coord}>
                  <th scope="row"><KeyLink coord={one.coord} page="links" /></th>
                  <td>{one.direction === 'in' ? '← ' : one.direction === 'out' ? '→ ' : ''}<Foreign text={one.link_type} most={40} /></td>
                  <td>{one.via ? <Foreign text={one.via} most={60} /> : ''}</td>
                  <td class="n">{one.strength}</td>
                  <td class="n">{one.hops}</td>
                  <td><a href={addressOf('memory', { key: one.coord })}>Read<span class="unseen"> <Foreign text={one.coord} /></span></a></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

const labelled = 40;

// Half of the drawing's height in pixels, as a rule. A wider drawing is drawn closer instead of smaller, so that its texts can be read.
const largestHalf = 290;

function Drawing({ start, neighbors }: { start: string; neighbors: Neighbor[] }) {
  const { nodes, lines, size } = layOut(start, neighbors);
  const half = Math.min(size, largestHalf);
  const at = (place: number): number => (place * half) / size;
  return (
    // Keyboards and screen readers use the list below, which has the same links.
    <svg class="graph" viewBox={`${-half} ${-half} ${half * 2} ${half * 2}`} aria-hidden="true">
      <defs><marker id="arrow" viewBox="0 0 8 8" refX="15" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 1 L7 4 L0 7 z" /></marker></defs>
      {lines.map((line, i) => (
        <line key={i} x1={at(line.from.x)} y1={at(line.from.y)} x2={at(line.to.x)} y2={at(line.to.y)} marker-end="url(#arrow)"><title>{cut(line.type, 80)}</title></line>
      ))}
      {nodes.map((node, i) => (
        <g key={node.coord} class={i === 0 ? 'node start' : 'node'} onClick={() => go(addressOf('links', { key: node.coord, hops: place.value.params.get('hops') ?? '', direction: place.value.params.get('direction') ?? '' }))}>
          <circle cx={at(node.x)} cy={at(node.y)} r={i === 0 ? 9 : 6}><title>{cut(node.coord, 120)}</title></circle>
          {nodes.length <= labelled && <text x={at(node.x)} y={at(node.y) - 11} text-anchor="middle">{cut(node.coord, 22)}</text>}
        </g>
      ))}
    </svg>
  );
}
