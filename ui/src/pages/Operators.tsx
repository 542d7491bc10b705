import { useEffect, useState } from 'preact/hooks';
import { ApiError, fetchJson, fetchText } from '../api.ts';
import { Failure, Foreign, Heading, useLoad } from '../parts.tsx';
import { parseMetrics, quantile, total, type Sample } from '../metrics.ts';
import { allowances, Quota } from '../Quota.tsx';
import { add, none, type Samples } from '../samples.ts';
import { caller, isAdmin } from '../session.ts';
import { bytes, count, duration, time } from '../text.ts';
import type { AccessKey, Cluster, Health, NamespaceListed, NamespaceSettings } from '../types.ts';
import { ServiceCharts, type Measured } from './ServiceCharts.tsx';
import { Silos } from './Silos.tsx';

const refreshSeconds = 5;

interface Seen extends Measured {
  health: Health;
  /** Null: the store does not answer. */
  stats: Stats | null;
}

interface Stats {
  total_memories: number;
  vector_count: number;
}

export function Operators() {
  const [measured, setMeasured] = useState<Samples<Measured>>(none);
  // The silos serve all namespaces, so a key that is for some of them is not told about silos.
  const seesSilos = isAdmin.value && caller.value!.namespaces.includes('*');
  const seen = useLoad<Seen>('', async signal => {
    const fresh: Seen = {
      health: await fetchJson<Health>('/health', { signal }),
      stats: await unlessAway(fetchJson<Stats>('/stats', { signal })),
      samples: parseMetrics(await fetchText('/metrics', { signal })),
      cluster: seesSilos ? await unlessAway(fetchJson<Cluster>('/cluster', { signal })) : null,
    };
    setMeasured(old => add(old, Date.now(), { samples: fresh.samples, cluster: fresh.cluster }));
    return fresh;
  });
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
          <p><span class={`state ${value.health.status}`}>{value.health.status}</span> <span class="quiet">version {value.health.version} · this gateway has run for {duration(value.health.uptime_seconds)}{value.stats && ` · ${count(value.stats.total_memories)} memories, ${count(value.stats.vector_count)} vectors`}</span></p>
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
          {value.cluster && <Silos cluster={value.cluster} />}
          <ServiceCharts measured={measured} seconds={refreshSeconds} />
          <Figures samples={value.samples} />
        </>
      )}
      {isAdmin.value && <Quotas />}
      {isAdmin.value && <Keys />}
    </>
  );
}

/** Null if silos or store are away: the page is looked at most when they are, and shows what else it knows. */
async function unlessAway<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 503) {
      return null;
    }

    throw error;
  }
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
      <p class="quiet">Of the process that answered, since it started; a gateway of a cluster has no commits, which its silos count on their admin ports. The Grafana board that comes with Soma shows them over time and of all processes.</p>
      <dl class="facts">{figures.filter(([, text]) => text !== null).map(([name, text]) => <div key={name}><dt>{name}</dt><dd>{text}</dd></div>)}</dl>
    </section>
  );
}

const bound = (seconds: number): string => (seconds === Infinity ? 'more than the last bound' : duration(seconds));

const mostQuotas = 100;

/** The quotas of namespaces. Settings are read one namespace at a time, each a request, so they are read on demand. */
function Quotas() {
  const [found, setFound] = useState<{ space: NamespaceListed; settings: NamespaceSettings }[] | null>(null);
  const [asked, setAsked] = useState(0);
  const [hasMore, setMore] = useState(false);
  const reading = useLoad<null>(String(asked), async signal => {
    if (asked === 0) {
      return null;
    }

    const page = await fetchJson<{ namespaces: NamespaceListed[]; next_cursor: string | null }>('/namespaces', { signal, query: { limit: mostQuotas } });
    const all = [];
    for (const space of page.namespaces) {
      all.push({ space, settings: await fetchJson<NamespaceSettings>(`/namespaces/${encodeURIComponent(space.name)}`, { signal }) });
    }

    setMore(page.next_cursor !== null);
    setFound(all.filter(one => allowances(one.settings, one.space).length > 0));
    return null;
  });
  return (
    <section aria-labelledby="quotas">
      <h2 id="quotas">Quotas of namespaces</h2>
      <Failure message={reading.failure} />
      <button type="button" disabled={asked > 0 && reading.isLoading} onClick={() => setAsked(asked + 1)}>{asked > 0 && reading.isLoading ? 'Reading…' : found ? 'Read again' : 'Read the settings of namespaces'}</button>
      {found && <p role="status">{found.length === 0 ? 'No namespace that was read has a quota or a bound.' : `${count(found.length)} with a quota or a bound.`}{hasMore && ` Only the first ${mostQuotas} namespaces were read; the page Overview of a namespace shows its own.`}</p>}
      {found?.map(({ space, settings }) => <div key={space.name}><h3><bdi>{space.name}</bdi></h3><Quota settings={settings} space={space} /></div>)}
    </section>
  );
}

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
