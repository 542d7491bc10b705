import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { fetchJson, messageOf } from '../api.ts';
import { Pager } from '../pager.ts';
import { Failure, Heading, KeyLink } from '../parts.tsx';
import { moment, namespace, place, setParams, tenant } from '../route.ts';
import { excerptOf, plural, time } from '../text.ts';
import type { Memory } from '../types.ts';

/** What a row shows. Payloads are not kept: thousands of them would hold too much. */
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

const rowHeight = 32;

// A list may have millions of rows, but a row kept takes memory, and browsers draw no element higher than about 17 million pixels. So the
// pages far from the reader are dropped, and the scrolled area is as high as so many rows: near its edge it moves on by half of itself.
const mostPages = 60;
const areaRows = 20_000;
const edgeRows = 500;

export function Memories() {
  const params = place.value.params;
  const [order, type] = [params.get('order') ?? 'seq-desc', params.get('type') ?? ''];
  const key = JSON.stringify([tenant.value, namespace.value, moment.value, order, type]);
  return (
    <>
      <Heading>Memories</Heading>
      <form class="row" onSubmit={event => event.preventDefault()}>
        <label for="order">Order</label>
        <select id="order" value={order} onChange={event => setParams({ order: event.currentTarget.value })}>
          <option value="seq-desc">Last written first</option>
          <option value="seq-asc">First written first</option>
          <option value="created-desc">Last created first</option>
          <option value="importance-desc">Most important first</option>
        </select>
        <label for="type">Type</label>
        <select id="type" value={type} onChange={event => setParams({ type: event.currentTarget.value })}>
          <option value="">all</option>
          <option>episodic</option>
          <option>semantic</option>
          <option>belief</option>
        </select>
      </form>
      <List key={key} order={order} type={type} />
    </>
  );
}

function List({ order, type }: { order: string; type: string }) {
  const [pager] = useState(() => new Pager<Row>(mostPages, ''));
  // The number of the row that is drawn at the top of the scrolled area.
  const base = useRef(0);
  const isLoading = useRef(false);
  const [, redraw] = useState(0);
  const [failure, setFailure] = useState<string | null>(null);
  const ending = useRef(new AbortController());
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => () => ending.current.abort(), []);

  const virtual = useVirtualRows(scroller, Math.min(areaRows, pager.count - base.current + (pager.hasMore ? 1 : 0)));
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items[items.length - 1]?.index ?? 0];
  const load = async (): Promise<void> => {
    const missing = pager.missing(base.current + first, base.current + last, pageRows / 2);
    if (isLoading.current || !missing) {
      return;
    }

    isLoading.current = true;
    setFailure(null);
    try {
      const [by, direction] = order.split('-');
      const page = await fetchJson<Page>('/memories', {
        signal: ending.current.signal,
        query: { limit: missing.most ?? pageRows, cursor: missing.cursor, order: by, desc: direction === 'desc', as_of: moment.value, memory_type: type, flat: undefined },
      });
      pager.put(missing.page, page.memories.map(rowOf), page.next_cursor);
    } catch (error) {
      setFailure(messageOf(error));
      return;
    } finally {
      isLoading.current = false;
      redraw(n => n + 1);
    }
  };
  useEffect(() => {
    if (!failure) {
      void load();
    }
  });
  useLayoutEffect(() => {
    const isAtEnd = last >= areaRows - edgeRows && base.current + areaRows < pager.count + (pager.hasMore ? 1 : 0);
    const isAtStart = first < edgeRows && base.current > 0;
    const moved = isAtEnd ? areaRows / 2 : isAtStart ? -Math.min(base.current, areaRows / 2) : 0;
    if (moved !== 0 && scroller.current) {
      base.current += moved;
      scroller.current.scrollTop -= moved * rowHeight;
      // The event that tells of the new place comes a frame later; until then the rows would be drawn out of sight.
      virtual.scrollOffset = scroller.current.scrollTop;
      redraw(n => n + 1);
    }
  });

  const isEmpty = !pager.hasMore && pager.count === 0;
  return (
    <>
      <Failure message={failure} />
      {failure && <button type="button" onClick={() => { setFailure(null); void load(); }}>Try again</button>}
      <p role="status" class="quiet">{isEmpty ? (moment.value ? 'There was no memory at that moment.' : 'There is no memory here.') : pager.count === 0 ? 'Loading…' : `${plural(pager.count, 'memory', 'memories')} read${pager.hasMore ? '; scroll for more' : ', which are all. Times are UTC'}.`}</p>
      {!isEmpty && (
        <div class="list" ref={scroller} {...rowByRow} aria-label="Memories">
          <div class="rows" role="table" aria-rowcount={pager.hasMore ? -1 : pager.count} aria-label="Memories" style={{ height: `${virtual.getTotalSize()}px` }}>
            {items.map(item => {
              const number = base.current + item.index;
              const row = pager.at(number);
              return (
                <div role="row" class="line" key={number} aria-rowindex={number + 1} style={{ transform: `translateY(${item.start}px)` }}>
                  {row
                    ? <>
                        <span role="cell" class="line-key"><KeyLink coord={row.coord} tabIndex={-1} /></span>
                        <span role="cell" class="line-text"><bdi>{row.excerpt}</bdi></span>
                        <span role="cell" class="line-type">{row.type}{row.version > 1 ? ` · version ${row.version}` : ''}{row.importance !== 1 ? ` · importance ${row.importance}` : ''}</span>
                        <span role="cell" class="line-time">{time(row.updated)}</span>
                      </>
                    : <span role="cell" class="quiet">{pager.isHere(number) ? 'No longer there' : 'Loading…'}</span>}
                </div>
              );
            })}
          </div>
        </div>
      )}
    </>
  );
}

function rowOf(memory: Memory): Row {
  return { coord: memory.coord, type: memory.memory_type, importance: memory.importance, version: memory.version, updated: memory.updated_at, excerpt: excerptOf(memory.payload) };
}

/**
 * Makes a list one stop of the Tab key, within which the arrow keys go from row to row. If each row were a stop, a list that draws more rows
 * while it is scrolled would not let the key out again.
 */
export const rowByRow = {
  role: 'region',
  tabIndex: 0,
  'aria-description': 'The arrow keys go from row to row.',
  onKeyDown: (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="row"] a')];
    const now = links.indexOf(document.activeElement as HTMLElement);
    const top = event.currentTarget.getBoundingClientRect().top;
    const next = now < 0 ? links.find(link => link.getBoundingClientRect().top >= top) : links[now + step];
    if (step !== 0 && next) {
      event.preventDefault();
      next.focus();
    }
  },
} as const;

/** Rows of equal height of which only those in sight are drawn. */
export function useVirtualRows(scroller: { current: HTMLDivElement | null }, rowCount: number): Virtualizer<HTMLDivElement, Element> {
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
