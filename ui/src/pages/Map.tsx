import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { fetchJson, messageOf } from '../api.ts';
import { bySize, colourOf, type PointMap } from '../mapview.ts';
import { Failure, Heading, KeyLink } from '../parts.tsx';
import { moment, namespace, tenant } from '../route.ts';
import { count, excerptOf, plural } from '../text.ts';
import type { Hits } from '../types.ts';
import { Picture, useIsDark } from './MapPicture.tsx';
import { rowByRow, useVirtualRows } from './Memories.tsx';

interface Answer {
  head_seq: number;
  map_seq: number | null;
  making: boolean;
  progress: number | null;
  map: PointMap | null;
}

const pollAfter = 1000;

// A map that waits for others, or fails and begins again, gets no further from one question to the next. It is asked for less and less often.
const longestPoll = 10_000;

/** The vectors of a namespace as points of a plane, and the memories behind those that are chosen. */
export function Map() {
  const key = `${tenant.value}/${namespace.value}`;
  return (
    <>
      <Heading>Map</Heading>
      {moment.value && <p class="banner">The map shows the present, not the moment that the other pages show.</p>}
      <Vectors key={key} />
    </>
  );
}

function Vectors() {
  const { state, map, failure, refresh } = useMap();
  return (
    <>
      <Failure message={failure} />
      {failure && <button type="button" onClick={refresh}>Try again</button>}
      <p role="status" class="quiet">{state ? describe(state, map) : failure ? '' : 'Loading…'}</p>
      {state?.making && <progress class="making" max={1} value={state.progress ?? 0} aria-label="The map is being made" />}
      {state && !state.making && map && state.map_seq !== null && state.head_seq > state.map_seq && <button type="button" onClick={refresh}>Make a newer map</button>}
      {map && map.shown > 0 && <Points key={state?.map_seq} map={map} />}
    </>
  );
}

function describe(state: Answer, map: PointMap | null): string {
  if (!map) {
    return `The map is being made: ${Math.round((state.progress ?? 0) * 100)} %. Memories that mean about the same will lie near each other.`;
  }

  const behind = state.head_seq - (state.map_seq ?? 0);
  return [
    map.memories === 0 ? 'There is no memory here.'
      : map.shown < map.memories - map.without_vector ? `A sample of ${count(map.shown)} of ${plural(map.memories, 'memory', 'memories')}.` : `${plural(map.shown, 'memory', 'memories')}.`,
    map.partial ? 'The service holds only a part of this namespace in memory, so older memories are missing.' : '',
    map.without_vector > 0 ? `${count(map.without_vector)} more have no vector, and so no place.` : '',
    behind > 0 ? `It shows seq ${count(state.map_seq ?? 0)}; ${plural(behind, 'write')} came since.` : `It shows the newest write, seq ${count(state.map_seq ?? 0)}.`,
    state.making ? `A newer map is being made: ${Math.round((state.progress ?? 0) * 100)} %.` : '',
  ].filter(Boolean).join(' ');
}

/** Asks for the map, and again as long as one is being made. */
function useMap(): { state: Answer | null; map: PointMap | null; failure: string | null; refresh: () => void } {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<Answer | null>(null);
  const [map, setMap] = useState<PointMap | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const have = useRef<number | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    let timer = 0;
    let [wait, furthest] = [pollAfter, -1];
    const ask = async (fresh: boolean): Promise<void> => {
      try {
        const answer = await fetchJson<Answer>(`/namespaces/${encodeURIComponent(namespace.value)}/map`, { signal: ending.signal, query: { have_seq: have.current ?? undefined, fresh: fresh || undefined } });
        if (answer.map) {
          setMap(answer.map);
          have.current = answer.map_seq;
        }

        setState(answer);
        setFailure(null);
        if (answer.making || answer.map_seq === null) {
          const progress = answer.progress ?? 0;
          wait = progress > furthest ? pollAfter : Math.min(longestPoll, wait * 2);
          furthest = Math.max(furthest, progress);
          timer = setTimeout(() => void ask(false), wait);
        }
      } catch (error) {
        setFailure(messageOf(error));
      }
    };
    void ask(round > 0);
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [round]);
  return { state, map, failure, refresh: () => setRound(n => n + 1) };
}

/** Which points are chosen, and how that is said. */
interface Choice {
  title: string;
  points: number[];
  cluster: number;
}

function Points({ map }: { map: PointMap }) {
  const [choice, setChoice] = useState<Choice | null>(null);
  const isDark = useIsDark();
  const chosen = useMemo(() => (choice ? new Set(choice.points) : null), [choice]);
  const texts = useTexts(map);
  const apart = useMemo(() => pointsOf(map, -1), [map]);
  const pick = (cluster: number): void => setChoice(choice?.cluster === cluster ? null : { title: nameOf(map, cluster), points: pointsOf(map, cluster), cluster });
  return (
    <div class="map">
      <Picture map={map} chosen={chosen} isDark={isDark} texts={texts} onLasso={points => setChoice({ title: 'Inside the line', points, cluster: -2 })} />
      <section class="clusters" aria-label="Clusters">
        <h2>Clusters</h2>
        {map.clusters.length === 0 && <p class="quiet">There are too few memories for clusters.</p>}
        <ul>
          {bySize(map).map(cluster => (
            <li key={cluster}><button type="button" aria-pressed={choice?.cluster === cluster} onClick={() => pick(cluster)}>
              <Dot cluster={cluster} isDark={isDark} /> <bdi>{nameOf(map, cluster)}</bdi> <span class="quiet">{count(map.clusters[cluster]!.size)}</span>
            </button></li>
          ))}
          {apart.length > 0 && <li><button type="button" aria-pressed={choice?.cluster === -1} onClick={() => pick(-1)}><Dot cluster={-1} isDark={isDark} /> Apart from all clusters <span class="quiet">{count(apart.length)}</span></button></li>}
        </ul>
      </section>
      <section class="chosen" aria-label="Chosen memories">
        <h2>{choice ? <>Chosen: <bdi>{choice.title}</bdi></> : 'Chosen memories'}</h2>
        <p role="status" class="quiet">{choice ? `${plural(choice.points.length, 'memory', 'memories')}.` : 'Choose a cluster, or draw a line around points.'}</p>
        {choice && choice.points.length > 0 && <ChosenList key={`${choice.title}/${choice.points[0]}/${choice.points.length}`} map={map} points={choice.points} texts={texts} />}
        {choice && <button type="button" onClick={() => setChoice(null)}>Choose none</button>}
      </section>
    </div>
  );
}

function Dot({ cluster, isDark }: { cluster: number; isDark: boolean }) {
  return <svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill={`rgb(${colourOf(cluster, isDark).join()})`} /></svg>;
}

function pointsOf(map: PointMap, cluster: number): number[] {
  return map.cluster.flatMap((of, point) => (of === cluster ? [point] : []));
}

function nameOf(map: PointMap, cluster: number): string {
  return cluster < 0 ? 'Apart from all clusters' : map.clusters[cluster]!.words.join(', ') || `Cluster ${cluster + 1}`;
}

function ChosenList({ map, points, texts }: { map: PointMap; points: number[]; texts: Texts }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows(scroller, points.length);
  const items = virtual.getVirtualItems();
  useEffect(() => texts.want(items.map(item => points[item.index]!)));
  return (
    <div class="list short" ref={scroller} {...rowByRow} aria-label="Chosen memories">
      <div class="rows" role="table" aria-rowcount={points.length} aria-label="Chosen memories" style={{ height: `${virtual.getTotalSize()}px` }}>
        {items.map(item => {
          const point = points[item.index]!;
          return (
            <div role="row" class="line" key={item.index} aria-rowindex={item.index + 1} style={{ transform: `translateY(${item.start}px)` }}>
              <span role="cell" class="line-key"><KeyLink coord={map.coords[point]!} tabIndex={-1} /></span>
              <span role="cell" class="line-text"><bdi>{texts.of(point) ?? '…'}</bdi></span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** The texts of points, which are read when they are looked at. */
export interface Texts {
  /** Undefined: it was not read yet. */
  of: (point: number) => string | undefined;
  want: (points: number[]) => void;
}

const textsPerRead = 50;

function useTexts(map: PointMap): Texts {
  const known = useRef<Record<number, string>>({});
  const [, redraw] = useState(0);
  const ending = useRef(new AbortController());
  useEffect(() => () => ending.current.abort(), []);
  return {
    of: point => known.current[point] || undefined,
    want: points => {
      const missing = points.filter(point => known.current[point] === undefined);
      for (let i = 0; i < missing.length; i += textsPerRead) {
        const part = missing.slice(i, i + textsPerRead);
        // Empty: it is being read, and is not asked for twice.
        part.forEach(point => { known.current[point] = ''; });
        void readTexts(part.map(point => map.coords[point]!), ending.current.signal).then(
          found => {
            part.forEach(point => { known.current[point] = found[map.coords[point]!] ?? '(no longer there)'; });
            redraw(n => n + 1);
          },
          () => part.forEach(point => { delete known.current[point]; }),
        );
      }
    },
  };
}

async function readTexts(coords: string[], signal: AbortSignal): Promise<Record<string, string>> {
  const body = { query: '', top_k: coords.length, filters: { coord: { $in: coords } } };
  const answer = await fetchJson<Hits>('/memories/search', { method: 'POST', body, signal });
  return Object.fromEntries(answer.memories.map(memory => [memory.coord, excerptOf(memory.payload)]));
}
