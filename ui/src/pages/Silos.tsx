import { Foreign } from '../parts.tsx';
import { bytes, count, time } from '../text.ts';
import type { Cluster } from '../types.ts';

/** All silos of the cluster, each with what it says of itself. */
export function Silos({ cluster }: { cluster: Cluster }) {
  const dashboards = cluster.silos.filter(one => one.figures?.dashboard);
  return (
    <section aria-labelledby="silos">
      <h2 id="silos">Silos</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Silos">
        <table>
          <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col" class="n">Namespaces</th><th scope="col" class="n">Queued</th><th scope="col" class="n">Refining</th><th scope="col" class="n">Index lag</th><th scope="col" class="n">Searches</th><th scope="col" class="n">Processors</th><th scope="col" class="n">Memory</th><th scope="col" class="n">Caches</th></tr></thead>
          <tbody>
            {cluster.silos.map(({ name, address, status, figures }) => (
              <tr key={address}>
                <th scope="row"><Foreign text={name} /> <span class="quiet">{address}</span></th>
                <td><span class={`state ${status === 'active' && figures ? 'healthy' : 'degraded'}`}>{status}</span>{figures && <div class="quiet">{figures.version}, since {time(figures.started_at)}</div>}</td>
                {figures
                  ? <>
                      <td class="n">{count(figures.namespaces)}</td><td class="n">{count(figures.queue_rows)}</td><td class="n">{count(figures.refining)}</td><td class="n">{count(figures.index_lag)}</td>
                      <td class="n">{count(figures.searches_waiting)}</td><td class="n">{figures.cpu_percent === null ? '–' : `${count(figures.cpu_percent)}%`}</td><td class="n">{bytes(figures.memory_bytes)}</td><td class="n">{bytes(figures.held_bytes)} of {bytes(figures.budget_bytes)}</td>
                    </>
                  : <td colSpan={8}>{status === 'active' ? 'It does not answer in time, or is of a version without figures.' : ''}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {dashboards.length > 0
        ? <p>Orleans dashboard, on the silos' admin ports: {dashboards.map(one => <><a key={one.address} href={one.figures!.dashboard!} target="_blank" rel="noreferrer">{one.name}</a>{' '}</>)}<span class="quiet">It asks for a password: the operator token (<code>SOMA_OPERATOR_TOKEN</code>), with any user name. Each shows the whole cluster.</span></p>
        : <p class="quiet">No silo serves the Orleans dashboard: a silo of a cluster does where <code>SOMA_OPERATOR_TOKEN</code> is set.</p>}
    </section>
  );
}
