import { Chart } from '../Chart.tsx';
import { quantileBetween, total, type Sample } from '../metrics.ts';
import { rates, type Samples } from '../samples.ts';
import { bytes, figure } from '../text.ts';
import type { Cluster, SiloFigures } from '../types.ts';

export interface Measured {
  samples: Sample[];
  /** Null: the caller may not see the silos, or none answers. */
  cluster: Cluster | null;
}

const milliseconds = (seconds: number): string => `${(seconds * 1000).toLocaleString('en', { maximumFractionDigits: seconds < 0.01 ? 2 : 0 })} ms`;

/** The service over time, as measured while the page is open. Levels are those of all silos where the caller may see them, else of the process. */
export function ServiceCharts({ measured, seconds }: { measured: Samples<Measured>; seconds: number }) {
  const { times, seen } = measured;
  const last = seen[seen.length - 1];
  if (!last) {
    return null;
  }

  const has = (name: string): boolean => total(last.samples, name) !== null;
  const rate = (name: string, per: number, counts?: (labels: Record<string, string>) => boolean): (number | null)[] => rates(measured, one => total(one.samples, name, counts), per);
  const level = (metric: string, read: (figures: SiloFigures) => number): (number | null)[] => seen.map(one => (one.cluster
    ? one.cluster.silos.reduce((sum, silo) => sum + (silo.figures ? read(silo.figures) : 0), 0)
    : total(one.samples, metric)));
  const within = (name: string, q: number): (number | null)[] => seen.map((one, i) => (i > 0 ? quantileBetween(seen[i - 1]!.samples, one.samples, name, q) : null));
  const whose = last.cluster ? 'of all silos' : 'of the process that answered';
  const faults = [
    { name: 'Answers 5xx', metric: 'api_responses_total', counts: (labels: Record<string, string>) => /^5/.test(labels['status'] ?? '') },
    { name: 'Answers 4xx', metric: 'api_responses_total', counts: (labels: Record<string, string>) => /^4/.test(labels['status'] ?? '') },
    { name: 'Commits that did not happen', metric: 'soma_commits_total', counts: (labels: Record<string, string>) => labels['outcome'] !== 'committed' },
    { name: 'Failures of the store', metric: 'soma_store_failures_total', counts: () => true },
  ].filter(fault => has(fault.metric));
  return (
    <section aria-labelledby="charts">
      <h2 id="charts">Over time</h2>
      <p class="quiet">Measured every {seconds} s while this page is open. Rates and latencies are those of the process that answered.</p>
      <div class="charts">
        <Chart title="Requests a second" note="" times={times} lines={[{ name: 'Requests', values: rate('api_requests_total', 1) }]} write={figure} />
        <Chart title="Faults a minute" note="By outcome" times={times} lines={faults.map(fault => ({ name: fault.name, values: rate(fault.metric, 60, fault.counts) }))} write={figure} />
        {has('soma_commits_total') && (
          <Chart
            title="Commit latency" note="Of the commits between two measurements" times={times} write={milliseconds}
            lines={[{ name: 'Half within', values: within('soma_commit_latency_seconds', 0.5) }, { name: '99% within', values: within('soma_commit_latency_seconds', 0.99) }]}
          />
        )}
        <Chart
          title="Waiting" note={whose} times={times} write={figure}
          lines={[
            { name: 'Rows in commit queues', values: level('soma_commit_queue_rows', one => one.queue_rows) }, { name: 'Searches', values: level('soma_search_queue_length', one => one.searches_waiting) },
            { name: 'Memories to be refined', values: level('soma_memories_refining', one => one.refining) }, { name: 'Memories to be indexed', values: level('soma_index_lag_memories', one => one.index_lag) },
          ]}
        />
        <Chart
          title="Memory" note={whose} times={times} write={bytes}
          lines={[{ name: 'Used by processes', values: level('process_working_set_bytes', one => one.memory_bytes) }, { name: 'Held by caches and indexes', values: level('soma_memory_held_bytes', one => one.held_bytes) }]}
        />
      </div>
    </section>
  );
}
