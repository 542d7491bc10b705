import { useEffect, useState } from 'preact/hooks';
import { fetchJson, fetchText } from '../api.ts';
import { Failure, Foreign, Heading, useLoad } from '../parts.tsx';
import { parseMetrics, quantile, total, type Sample } from '../metrics.ts';
import { isAdmin } from '../session.ts';
import { bytes, count, duration, time } from '../text.ts';
import type { AccessKey, Health } from '../types.ts';

const refreshSeconds = 10;

interface Seen {
  health: Health;
  stats: { total_memories: number; vector_count: number };
  samples: Sample[];
}

export function Operators() {
  const seen = useLoad<Seen>('', async signal => ({
    health: await fetchJson<Health>('/health', { signal }),
    stats: await fetchJson<Seen['stats']>('/stats', { signal }),
    samples: parseMetrics(await fetchText('/metrics', { signal })),
  }));
  useEffect(() => {
    const timer = setInterval(seen.reload, refreshSeconds * 1000);
    return () => clearInterval(timer);
  });
  const value = seen.value;
  return (
    <>
      <Heading>Service</Heading>
      <Failure message={seen.failure} />
      {value && (
        <>
          <p><span class={`state ${value.health.status}`}>{value.health.status}</span> <span class="quiet">version {value.health.version} · this gateway has run for {duration(value.health.uptime_seconds)} · {count(value.stats.total_memories)} memories, {count(value.stats.vector_count)} vectors</span></p>
          <h2>Components</h2>
          <div class="scroll" tabIndex={0} role="region" aria-label="Components">
            <table>
              <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col" class="n">Answered in</th><th scope="col">Detail</th></tr></thead>
              <tbody>
                {value.health.components.map(one => (
                  <tr key={one.name}><th scope="row">{one.name}</th><td><span class={`state ${one.healthy ? 'healthy' : 'unhealthy'}`}>{one.healthy ? 'works' : 'fails'}</span></td><td class="n">{one.latency_ms.toFixed(1)} ms</td><td><Foreign text={one.detail} /></td></tr>
                ))}
              </tbody>
            </table>
          </div>
          <Figures samples={value.samples} />
        </>
      )}
      {isAdmin.value && <Keys />}
    </>
  );
}

type Figure = [name: string, text: string | null];

/** Figures of the process that answered. A silo has the commits, a gateway the requests, and `soma serve` both. */
function Figures({ samples }: { samples: Sample[] }) {
  const sum = (name: string, write: (value: number) => string = count): string | null => {
    const value = total(samples, name);
    return value === null ? null : write(value);
  };
  const latency = (name: string): string | null => {
    const [half, most] = [quantile(samples, name, 0.5), quantile(samples, name, 0.99)];
    return half === null || most === null ? null : `half within ${bound(half)}, 99% within ${bound(most)}`;
  };
  const figures: Figure[] = [
    ['Requests', sum('api_requests_total')],
    ['Request latency', latency('api_request_latency_seconds')],
    ['Commits', sum('soma_commits_total')],
    ['Commit latency', latency('soma_commit_latency_seconds')],
    ['Rows waiting to be committed', sum('soma_commit_queue_rows')],
    ['Writes refused because a queue was full', sum('soma_commit_queue_refusals_total')],
    ['Commits with unknown outcome', sum('soma_commits_unresolved')],
    ['Namespaces in memory', sum('soma_namespaces_active')],
    ['Memory held', sum('soma_memory_held_bytes', bytes)],
    ['Memories waiting for their sentence vector', sum('soma_memories_refining')],
    ['Memories not yet in the search index', sum('soma_index_lag_memories')],
    ['Searches waiting', sum('soma_search_queue_length')],
    ['Searches that were incomplete', sum('soma_searches_degraded_total')],
    ['Failures of the store', sum('soma_store_failures_total')],
    ['Failures of refining', sum('soma_refining_failures_total')],
    ['Refused by rate limit', sum('soma_rate_limit_refusals_total')],
    ['Refused access', sum('soma_gateway_access_refused_total')],
  ];
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <p class="quiet">Of the process that answered, since it started. The Grafana board that comes with Soma shows them over time and of all processes.</p>
      <dl class="facts">{figures.filter(([, text]) => text !== null).map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl>
    </section>
  );
}

const bound = (seconds: number): string => (seconds === Infinity ? 'more than the last bound' : duration(seconds));

interface KeyPage {
  keys: AccessKey[];
  next_cursor: string | null;
}

function Keys() {
  const [cursors, setCursors] = useState<string[]>(['']);
  const page = useLoad<KeyPage>(JSON.stringify(cursors), signal => fetchJson<KeyPage>('/keys', { signal, query: { limit: 100, cursor: cursors[cursors.length - 1] } }));
  const keys = page.value?.keys ?? [];
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">Access keys</h2>
      <Failure message={page.failure} />
      {page.value && keys.length === 0 && <p>There is no access key.</p>}
      {keys.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Access keys">
          <table>
            <thead><tr><th scope="col">Name</th><th scope="col">Tenant</th><th scope="col">Namespaces</th><th scope="col">Scopes</th><th scope="col">Expires</th><th scope="col">Last used</th><th scope="col" class="n">Requests</th><th scope="col" class="n">Stored</th><th scope="col">Limits</th></tr></thead>
            <tbody>
              {keys.map(one => (
                <tr key={one.id}>
                  <th scope="row"><Foreign text={one.name} /> <span class="quiet">{one.id}</span></th><td><bdi>{one.tenant}</bdi></td><td>{one.namespaces.join(', ')}</td><td>{one.scopes.join(', ')}</td>
                  <td>{one.expires_at ? time(one.expires_at) : 'never'}</td><td>{time(one.usage?.last_used_at)}</td><td class="n">{count(one.usage?.requests ?? 0)}</td>
                  <td class="n">{count(one.usage?.memories ?? 0)} · {bytes(one.usage?.bytes ?? 0)}</td><td>{limitsOf(one)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="actions left">
        {cursors.length > 1 && <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>Previous page</button>}
        {page.value?.next_cursor && <button type="button" onClick={() => setCursors([...cursors, page.value!.next_cursor!])}>Next page</button>}
      </div>
    </section>
  );
}

function limitsOf(key: AccessKey): string {
  const { requests_per_minute: requests, memories, bytes: size } = key.limits;
  return [requests !== null && `${count(requests)} requests a minute`, memories !== null && `${count(memories)} memories`, size !== null && bytes(size)].filter(Boolean).join(', ') || 'none';
}
