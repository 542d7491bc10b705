import { useEffect, useState } from 'preact/hooks';
import { ApiError, fetchJson } from '../api.ts';
import { Chart } from '../Chart.tsx';
import { Failure, Heading, useLoad } from '../parts.tsx';
import { Quota } from '../Quota.tsx';
import { namespace, tenant } from '../route.ts';
import { add, none, rates, type Samples } from '../samples.ts';
import { bytes, count, figure, time } from '../text.ts';
import type { Change, NamespaceListed, NamespaceSettings } from '../types.ts';

const refreshSeconds = 5;

// Each point is a request.
const logPoints = 24;

/** A namespace's size, its growth, and what bounds it. */
export function Overview() {
  const space = `${tenant.value}/${namespace.value}`;
  return (
    <>
      <Heading>Overview</Heading>
      <Measured key={space} />
    </>
  );
}

function Measured() {
  const [samples, setSamples] = useState<Samples<NamespaceListed>>(none);
  const now = useLoad<NamespaceListed | null>('', async signal => {
    const page = await fetchJson<{ namespaces: NamespaceListed[] }>('/namespaces', { signal, query: { prefix: namespace.value, limit: 1 } });
    const found = page.namespaces.find(one => one.name === namespace.value) ?? null;
    if (found) {
      setSamples(old => add(old, Date.now(), found));
    }

    return found;
  });
  useEffect(() => {
    const timer = setInterval(now.reload, refreshSeconds * 1000);
    return () => clearInterval(timer);
  });
  const space = now.value ?? samples.seen[samples.seen.length - 1];
  if (!space) {
    return now.failure ? <Failure message={now.failure} /> : <p role="status">{now.isLoading ? 'Loading…' : 'There is no such namespace yet: the first memory that is stored makes it.'}</p>;
  }

  const measured = `Measured every ${refreshSeconds} s while this page is open`;
  return (
    <>
      <Failure message={now.failure} />
      <dl class="facts">
        <div><dt>Memories</dt><dd>{count(space.total)}</dd></div>
        <div><dt>Episodic, semantic, belief</dt><dd>{count(space.episodic)}, {count(space.semantic)}, {count(space.belief)}</dd></div>
        <div><dt>Bytes, about</dt><dd>{bytes(space.bytes)}</dd></div>
        <div><dt>Writes since the beginning</dt><dd>{count(space.head_seq)}</dd></div>
        <div><dt>First write (UTC)</dt><dd>{time(space.created_at)}</dd></div>
        <div><dt>Last write (UTC)</dt><dd>{time(space.last_write_at)}</dd></div>
      </dl>
      <div class="charts">
        <Growth head={space.head_seq} />
        <Chart title="Writes a minute" note={measured} times={samples.times} lines={[{ name: 'Writes', values: rates(samples, one => one.head_seq, 60) }]} write={figure} />
        <Chart title="Memories" note={measured} times={samples.times} lines={[{ name: 'Memories', values: samples.seen.map(one => one.total) }]} write={figure} />
        <Chart title="Bytes" note={`${measured}: their number times the average of the newest hundred`} times={samples.times} lines={[{ name: 'Bytes', values: samples.seen.map(one => one.bytes) }]} write={bytes} />
      </div>
      <Bounds space={space} />
    </>
  );
}

/**
 * How the log grew since the first write: the times of some of its seqs. How many memories there were at each moment would have to be counted
 * for each, which takes the service as long as a list of them.
 */
function Growth({ head }: { head: number }) {
  const [last] = useState(head);
  const points = useLoad<{ times: number[]; seqs: number[] }>('', async signal => {
    const seqs = [...new Set(Array.from({ length: logPoints }, (_, i) => 1 + Math.round(((last - 1) * i) / (logPoints - 1))))];
    const times = new Map<number, number>();
    for (const seq of seqs) {
      try {
        const page = await fetchJson<{ changes: Change[] }>('/changes', { signal, query: { after: seq - 1, limit: 1 } });
        if (page.changes[0]) {
          times.set(seq, Date.parse(page.changes[0].at) / 1000);
        }
      } catch (error) {
        // A copy without history has no log before its first seqs.
        if (!(error instanceof ApiError && error.status === 410)) {
          throw error;
        }
      }
    }

    return { times: [...times.values()], seqs: [...times.keys()] };
  });
  return (
    <>
      <Chart title="Writes since the beginning" note={`The times of ${logPoints} seqs of the log, up to ${count(last)}`} times={points.value?.times ?? []} lines={[{ name: 'Newest seq', values: points.value?.seqs ?? [] }]} write={figure} />
      <Failure message={points.failure} />
    </>
  );
}

function Bounds({ space }: { space: NamespaceListed }) {
  const settings = useLoad<NamespaceSettings>('', signal => fetchJson<NamespaceSettings>(`/namespaces/${encodeURIComponent(space.name)}`, { signal }));
  return (
    <section aria-labelledby="bounds">
      <h2 id="bounds">Quota and bound</h2>
      <Failure message={settings.failure} />
      {settings.value && <Quota settings={settings.value} space={space} />}
    </section>
  );
}
