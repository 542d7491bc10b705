import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { fetchJson, messageOf } from '../api.ts';
import { Failure, Heading, KeyLink } from '../parts.tsx';
import { addressOf, moment, namespace, place, setParams, tenant } from '../route.ts';
import { count, excerptOf, plural, time } from '../text.ts';
import type { Memory } from '../types.ts';

/** What a row shows. Payloads are not kept: a list of a hundred thousand would hold too much. */
interface Row {
  coord: string;
  type: string;
  importance: number;
  version: number;
  updated: string;
  excerpt: string;
}

interface Page {
  memories: Memory[];
  next_cursor: string | null;
}

const pageRows = 200;

// Browsers draw no element higher than about 17 million pixels, and a row kept takes memory: a longer list goes on in another part.
const partRows = 100_000;
const rowHeight = 32;

export function Memories() {
  const params = place.value.params;
  const [order, from, type] = [params.get('order') ?? 'seq-desc', params.get('cursor') ?? '', params.get('type') ?? ''];
  const key = JSON.stringify([tenant.value, namespace.value, moment.value, order, from, type]);
  return (
    <>
      <Heading>Memories</Heading>
      <form class="row" onSubmit={event => event.preventDefault()}>
        <label for="order">Order</label>
        <select id="order" value={order} onChange={event => setParams({ order: event.currentTarget.value, cursor: '' })}>
          <option value="seq-desc">Last written first</option>
          <option value="seq-asc">First written first</option>
          <option value="created-desc">Last created first</option>
          <option value="importance-desc">Most important first</option>
        </select>
        <label for="type">Type</label>
        <select id="type" value={type} onChange={event => setParams({ type: event.currentTarget.value, cursor: '' })}>
          <option value="">all</option>
          <option>episodic</option>
          <option>semantic</option>
          <option>belief</option>
        </select>
        {from && <a href={addressOf('memories', { order, type })}>Back to the first part</a>}
      </form>
      <List key={key} order={order} from={from} type={type} />
    </>
  );
}

function List({ order, from, type }: { order: string; from: string; type: string }) {
  const rows = useRef<Row[]>([]);
  const next = useRef<string | null>(from);
  const isLoading = useRef(false);
  const [, redraw] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const ending = useRef(new AbortController());
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => () => ending.current.abort(), []);

  const load = async (): Promise<void> => {
    if (isLoading.current || next.current === null || rows.current.length >= partRows) {
      return;
    }

    isLoading.current = true;
    setFailure(null);
    try {
      const [by, direction] = order.split('-');
      const page = await fetchJson<Page>('/memories', {
        signal: ending.current.signal,
        query: { limit: pageRows, cursor: next.current, order: by, desc: direction === 'desc', as_of: moment.value, memory_type: type, flat: undefined },
      });
      rows.current = rows.current.concat(page.memories.map(rowOf));
      next.current = page.next_cursor;
    } catch (error) {
      setFailure(messageOf(error));
      return;
    } finally {
      isLoading.current = false;
      redraw(n => n + 1);
    }
  };
  const hasMore = next.current !== null && rows.current.length < partRows;
  const virtual = useVirtualRows(scroller, rows.current.length + (hasMore ? 1 : 0));
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => {
    if (last >= rows.current.length - pageRows / 2 && !failure) {
      void load();
    }
  });

  const isEmpty = next.current === null && rows.current.length === 0;
  return (
    <>
      <Failure message={failure} />
      {failure && <button type="button" onClick={() => void load()}>Try again</button>}
      <p role="status" class="quiet">{isEmpty ? (moment.value ? 'There was no memory at that moment.' : 'There is no memory here.') : rows.current.length === 0 ? 'Loading…' : `${plural(rows.current.length, 'memory', 'memories')} loaded${hasMore ? '; scroll for more' : next.current === null ? ', which are all. Times are UTC' : ''}.`}</p>
      {!isEmpty && (
        <div class="list" ref={scroller} tabIndex={0} role="region" aria-label="Memories">
          <div class="rows" role="table" aria-rowcount={hasMore ? -1 : rows.current.length} aria-label="Memories" style={{ height: `${virtual.getTotalSize()}px` }}>
            {items.map(item => {
              const row = rows.current[item.index];
              return (
                <div role="row" class="line" key={item.index} aria-rowindex={item.index + 1} style={{ transform: `translateY(${item.start}px)` }}>
                  {row
                    ? <>
                        <span role="cell" class="line-key"><KeyLink coord={row.coord} /></span>
                        <span role="cell" class="line-text"><bdi>{row.excerpt}</bdi></span>
                        <span role="cell" class="line-type">{row.type}{row.version > 1 ? ` · version ${row.version}` : ''}{row.importance !== 1 ? ` · importance ${row.importance}` : ''}</span>
                        <span role="cell" class="line-time">{time(row.updated)}</span>
                      </>
                    : <span role="cell" class="quiet">Loading…</span>}
                </div>
              );
            })}
          </div>
        </div>
      )}
      {next.current && rows.current.length >= partRows && <p>This part ends after {count(rows.current.length)} memories. <a href={addressOf('memories', { order, type, cursor: next.current })}>Go on with the next part</a></p>}
    </>
  );
}

function rowOf(memory: Memory): Row {
  return { coord: memory.coord, type: memory.memory_type, importance: memory.importance, version: memory.version, updated: memory.updated_at, excerpt: excerptOf(memory.payload) };
}

/** Rows of equal height of which only those in sight are drawn. */
function useVirtualRows(scroller: { current: HTMLDivElement | null }, rowCount: number): Virtualizer<HTMLDivElement, Element> {
  const [, redraw] = useState(0);
  const options = {
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(n => n + 1),
  };
  const [virtual] = useState(() => new Virtualizer<HTMLDivElement, Element>(options));
  virtual.setOptions({ ...virtual.options, ...options });
  useLayoutEffect(() => virtual._didMount(), []);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}
