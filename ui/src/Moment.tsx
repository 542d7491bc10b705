import { useEffect, useRef, useState } from 'preact/hooks';
import { fetchJson, headSeq, send, spaceName } from './api.ts';
import { useLoad } from './parts.tsx';
import { moment, namespace, setParams, tenant } from './route.ts';
import { count, time } from './text.ts';
import type { Change } from './types.ts';

const settleMilliseconds = 250;

/** Chooses the moment that all pages of a namespace show: by a slider over its writes, or by a seq or time that is typed. */
export function MomentBar() {
  const [typed, setTyped] = useState(moment.value);
  const [isOpen, setOpen] = useState(moment.value !== '');
  const timer = useRef(0);
  useEffect(() => setTyped(moment.value), [moment.value]);
  useEffect(() => { void send('/changes', { query: { limit: 1 } }).then(response => response.body?.cancel(), () => undefined); }, [tenant.value, namespace.value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const head = headSeq.value.of === spaceName() ? headSeq.value.seq : 0;
  const choose = (value: string): void => {
    clearTimeout(timer.current);
    setParams({ at: value, cursor: '' }, false);
  };
  const slide = (value: string): void => {
    setTyped(value);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => choose(Number(value) >= head ? '' : value), settleMilliseconds);
  };
  const isSeq = /^\d+$/.test(typed);
  return (
    <>
      {!isOpen && <button type="button" class="plain-button" onClick={() => setOpen(true)}>Look at the past…</button>}
      {isOpen && (
        <form class="row moment" onSubmit={event => { event.preventDefault(); choose(typed.trim()); }}>
          {head > 1 && (
            <>
              <label for="slider">After write number</label>
              <input id="slider" type="range" min={1} max={head} value={isSeq ? typed : head} aria-valuetext={isSeq ? `seq ${typed} of ${head}` : 'the present'} onInput={event => slide(event.currentTarget.value)} />
            </>
          )}
          <label for="at">Seq or time (UTC)</label>
          <input id="at" value={typed} placeholder="512 or 2026-11-29T10:00:00Z" onInput={event => setTyped(event.currentTarget.value)} />
          <button type="submit">Look</button>
          {!moment.value && <button type="button" onClick={() => setOpen(false)}>Close</button>}
        </form>
      )}
      {moment.value && <Banner onPresent={() => { choose(''); setOpen(false); }} />}
    </>
  );
}

function Banner({ onPresent }: { onPresent: () => void }) {
  const at = moment.value;
  const isSeq = /^\d+$/.test(at) && Number(at) > 0;
  // What a seq stands for: the write that it is the number of.
  const write = useLoad(JSON.stringify([tenant.value, namespace.value, at]), async signal =>
    isSeq ? (await fetchJson<{ changes: Change[] }>('/changes', { signal, query: { after: Number(at) - 1, limit: 1 } })).changes[0] ?? null : null);
  return (
    <div class="banner" role="status">
      <strong>The past.</strong> This is the state after {isSeq ? `seq ${count(Number(at))}` : <bdi>{at}</bdi>}
      {write.value && write.value.seq === Number(at) && `, written ${time(write.value.at)} UTC`}. Memories can only be changed in the present.
      {' '}<button type="button" onClick={onPresent}>Go to the present</button>
    </div>
  );
}
