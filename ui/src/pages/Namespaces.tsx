import { useEffect, useState } from 'preact/hooks';
import { fetchJson } from '../api.ts';
import { Failure, Heading, useLoad } from '../parts.tsx';
import { addressOf, go, setParams, tenant } from '../route.ts';
import { caller, isAdmin } from '../session.ts';
import { bytes, count, time } from '../text.ts';
import type { NamespaceListed } from '../types.ts';

interface Page {
  namespaces: NamespaceListed[];
  next_cursor: string | null;
}

export function Namespaces() {
  return (
    <>
      <Heading>Namespaces</Heading>
      {caller.value?.tenant === null && <TenantChoice />}
      {isAdmin.value ? <Listed /> : <Named />}
    </>
  );
}

/** The root token may use any tenant, and nothing lists the tenants: their names are typed. */
function TenantChoice() {
  const [name, setName] = useState(tenant.value);
  return (
    <form class="row" onSubmit={event => { event.preventDefault(); setParams({ tenant: name.trim() }); }}>
      <label for="tenant">Tenant</label>
      <input id="tenant" value={name} placeholder="default" onInput={event => setName(event.currentTarget.value)} />
      <button type="submit">Show</button>
    </form>
  );
}

const refreshSeconds = 15;

function Listed() {
  const [prefix, setPrefix] = useState('');
  const [cursors, setCursors] = useState<string[]>(['']);
  const key = JSON.stringify([tenant.value, prefix, cursors]);
  const list = useLoad(key, signal => fetchJson<Page>('/namespaces', { signal, query: { limit: 100, prefix, cursor: cursors[cursors.length - 1] } }));
  const [first, setFirst] = useState<{ key: string; at: number; heads: Map<string, number> } | null>(null);

  // The growth is what was seen while the page is open, because nothing keeps an older rate.
  useEffect(() => {
    if (list.value && first?.key !== key) {
      setFirst({ key, at: Date.now(), heads: new Map(list.value.namespaces.map(one => [one.name, one.head_seq])) });
    }
  }, [list.value]);
  useEffect(() => {
    const timer = setInterval(list.reload, refreshSeconds * 1000);
    return () => clearInterval(timer);
  });
  const rate = (one: NamespaceListed): string => {
    const before = first?.key === key ? first.heads.get(one.name) : undefined;
    const minutes = first ? (Date.now() - first.at) / 60_000 : 0;
    return before === undefined || minutes < refreshSeconds / 120 ? '…' : count((one.head_seq - before) / minutes);
  };
  return (
    <>
      <form class="row" onSubmit={event => event.preventDefault()}>
        <label for="prefix">Name begins with</label>
        <input id="prefix" value={prefix} onInput={event => { setPrefix(event.currentTarget.value); setCursors(['']); }} />
      </form>
      <Failure message={list.failure} />
      {list.value && list.value.namespaces.length === 0 && <p>{prefix ? 'No namespace begins like this.' : 'There is no namespace yet: the first memory that is stored makes one.'}</p>}
      {list.value && list.value.namespaces.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Namespaces">
          <table>
            <thead>
              <tr><th scope="col">Name</th><th scope="col" class="n">Memories</th><th scope="col" class="n">Size, about</th><th scope="col" class="n" title="The number of the newest write">Newest seq</th><th scope="col" class="n" title="Measured while this page is open">Writes a minute</th><th scope="col">Last write (UTC)</th><th scope="col">Created (UTC)</th></tr>
            </thead>
            <tbody>
              {list.value.namespaces.map(one => (
                <tr key={one.name}>
                  <th scope="row"><a href={addressOf('memories', { ns: one.name, at: '' })}><bdi>{one.name}</bdi></a></th>
                  <td class="n" title={`${count(one.episodic)} episodic, ${count(one.semantic)} semantic, ${count(one.belief)} belief`}>{count(one.total)}</td>
                  <td class="n">{bytes(one.bytes)}</td>
                  <td class="n">{count(one.head_seq)}</td>
                  <td class="n">{rate(one)}</td>
                  <td>{time(one.last_write_at)}</td>
                  <td>{time(one.created_at)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="actions left">
        {cursors.length > 1 && <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>Previous page</button>}
        {list.value?.next_cursor && <button type="button" onClick={() => setCursors([...cursors, list.value!.next_cursor!])}>Next page</button>}
      </div>
    </>
  );
}

/** A key without the scope admin cannot list namespaces. It is shown the names that it was given, and may type those that its patterns cover. */
function Named() {
  const allowed = caller.value?.namespaces ?? [];
  const names = allowed.filter(one => !one.endsWith('*'));
  const patterns = allowed.filter(one => one.endsWith('*'));
  const [name, setName] = useState('');
  return (
    <>
      <p>This key lacks the scope <code>admin</code>, so the service does not list namespaces for it.</p>
      {names.length > 0 && <ul class="plain">{names.map(one => <li key={one}><a href={addressOf('memories', { ns: one, at: '' })}><bdi>{one}</bdi></a></li>)}</ul>}
      {patterns.length > 0 && (
        <form class="row" onSubmit={event => { event.preventDefault(); go(addressOf('memories', { ns: name.trim(), at: '' })); }}>
          <label for="name">Name of a namespace ({patterns.map(one => one === '*' ? 'any' : one).join(', ')})</label>
          <input id="name" required value={name} onInput={event => setName(event.currentTarget.value)} />
          <button type="submit">Open</button>
        </form>
      )}
    </>
  );
}
