import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf, send } from '../api.ts';
import { Chart } from '../Chart.tsx';
import { Failure, Foreign, Heading, KeyLink } from '../parts.tsx';
import { moment, namespace, setParams, tenant } from '../route.ts';
import { EventSplitter } from '../sse.ts';
import { excerptOf, figure, plural, time } from '../text.ts';
import type { Change } from '../types.ts';

const mostShown = 200;
const rateSeconds = 60;
const chartSeconds = 300;

// Changes are counted in steps, because one import brings more of them than could be kept one by one.
const stepSeconds = 5;
const kinds = ['put', 'delete', 'link', 'unlink'] as const;
type Kind = (typeof kinds)[number];
const retryMilliseconds = 3_000;

export function Feed() {
  if (moment.value) {
    return (
      <>
        <Heading>Changes</Heading>
        <p>A moment of the past does not change. <button type="button" onClick={() => setParams({ at: '' })}>Go to the present</button></p>
      </>
    );
  }

  return <Live key={`${tenant.value}/${namespace.value}`} />;
}

function Live() {
  const [changes, setChanges] = useState<Change[]>([]);
  const [state, setState] = useState('Connecting…');
  const [failure, setFailure] = useState<string | null>(null);
  const [isPaused, setPaused] = useState(false);
  const [now, setNow] = useState(stepNow);
  const counted = useRef(new Map<number, Record<Kind, number>>());
  const after = useRef<number | null>(null);

  useEffect(() => {
    if (isPaused) {
      setState('Paused.');
      return;
    }

    const ending = new AbortController();
    const take = (fresh: Change[]): void => {
      const step = counted.current.get(stepNow()) ?? { put: 0, delete: 0, link: 0, unlink: 0 };
      fresh.forEach(one => step[one.op]++);
      counted.current.set(stepNow(), step);
      setChanges(old => [...fresh.slice().reverse(), ...old].slice(0, mostShown));
    };
    void follow(after, ending.signal, take, setState, setFailure);
    return () => ending.abort();
  }, [isPaused]);
  useEffect(() => {
    const timer = setInterval(() => {
      [...counted.current.keys()].filter(step => step < stepNow() - chartSeconds).forEach(step => counted.current.delete(step));
      setNow(stepNow());
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  const steps = Array.from({ length: chartSeconds / stepSeconds }, (_, i) => now - chartSeconds + i * stepSeconds);
  const inLastMinute = [...counted.current].filter(([step]) => step > now - rateSeconds).reduce((sum, [, step]) => sum + kinds.reduce((all, kind) => all + step[kind], 0), 0);
  return (
    <>
      <Heading>Changes</Heading>
      <div class="row">
        <span role="status">{state}</span>
        <span>{plural(inLastMinute, 'change')} in the last minute</span>
        <button type="button" onClick={() => setPaused(!isPaused)}>{isPaused ? 'Follow again' : 'Pause'}</button>
      </div>
      <Failure message={failure} />
      <Chart
        title="Changes a second" note="Of the last five minutes, as they arrived while this page was open" times={steps} write={figure}
        lines={kinds.map(kind => ({ name: kind, values: steps.map(step => (counted.current.get(step)?.[kind] ?? 0) / stepSeconds) }))}
      />
      {changes.length === 0 && <p class="quiet">What is written from now on appears here.</p>}
      <ol class="feed" aria-label="Changes, newest first">
        {changes.map(one => (
          <li key={one.seq}>
            <span class={`op ${one.op}`}>{one.op}</span> <KeyLink coord={one.coord} />
            {one.link_to !== undefined && <> → <KeyLink coord={one.link_to} /> <span class="quiet"><Foreign text={one.link_type ?? ''} most={40} /></span></>}
            <span class="quiet"> seq {one.seq} · {time(one.at)} UTC · by <Foreign text={one.by} most={60} />{one.reason ? ` · ${one.reason}` : ''}</span>
            {one.payload && <div class="line-text"><bdi>{excerptOf(one.payload, 160)}</bdi></div>}
          </li>
        ))}
      </ol>
    </>
  );
}

/** When the step that is now began, in seconds since 1970. */
function stepNow(): number {
  return Math.floor(Date.now() / 1000 / stepSeconds) * stepSeconds;
}

/** Follows the changes until the signal ends it, and connects again after a failure where it was. */
async function follow(after: { current: number | null }, signal: AbortSignal, take: (fresh: Change[]) => void, say: (state: string) => void, fail: (message: string | null) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      after.current ??= await newest(signal);
      const response = await send('/changes', { signal, query: { after: after.current }, headers: { Accept: 'text/event-stream' } });
      say('Following.');
      fail(null);
      const splitter = new EventSplitter();
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) {
          break;
        }

        const events = splitter.push(value);
        if (events.some(event => event.name === 'reset')) {
          say('The namespace was deleted or restored: following it from its new beginning.');
          after.current = 0;
          break;
        }

        const fresh = events.filter(event => event.name === 'message').map(event => JSON.parse(event.data) as Change);
        if (fresh.length > 0) {
          after.current = fresh[fresh.length - 1]!.seq;
          take(fresh);
        }
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }

      fail(messageOf(error));
    }

    if (!signal.aborted) {
      say('Connecting again…');
      await new Promise(resolve => setTimeout(resolve, retryMilliseconds));
    }
  }
}

/** The newest seq: changes from now on are shown, not those before. Every read names it in a header. */
async function newest(signal: AbortSignal): Promise<number> {
  const response = await send('/changes', { signal, query: { limit: 1 } });
  const seq = Number(response.headers.get('X-Soma-Seq'));
  await response.body?.cancel();
  return seq || 0;
}
