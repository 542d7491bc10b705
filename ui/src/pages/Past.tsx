import { useState } from 'preact/hooks';
import { fetchJson, messageOf } from '../api.ts';
import { Confirm, Failure, Heading, KeyLink } from '../parts.tsx';
import { addressOf, moment, namespace } from '../route.ts';
import { caller } from '../session.ts';
import { count, plural } from '../text.ts';
import type { StateChange } from '../types.ts';

const path = (action: string): string => `/namespaces/${encodeURIComponent(namespace.value)}/${action}`;

/** A seq is sent as a number, a time as text. */
const asMoment = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

/** What is done with the past of a whole namespace: compare, copy, go back. */
export function Past() {
  return (
    <>
      <Heading>Past of <bdi>{namespace.value}</bdi></Heading>
      <Compare />
      <Fork />
      <Rewind />
    </>
  );
}

interface Differences {
  from_seq: number;
  to_seq: number;
  changes: StateChange[];
  next_cursor: string | null;
}

const mostDifferences = 1_000;

function Compare() {
  const [from, setFrom] = useState(moment.value);
  const [to, setTo] = useState('');
  const [other, setOther] = useState('');
  const [found, setFound] = useState<Differences | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [asked, setAsked] = useState<Record<string, string>>({});
  const read = async (query: Record<string, string>, before: StateChange[], cursor: string): Promise<void> => {
    setFailure(null);
    setAsked(query);
    try {
      let page = await fetchJson<Differences>(path('diff'), { query: { ...query, limit: 200, cursor } });
      const changes = [...before, ...page.changes];
      // A page before the last may be empty.
      while (page.changes.length === 0 && page.next_cursor) {
        page = await fetchJson<Differences>(path('diff'), { query: { ...query, limit: 200, cursor: page.next_cursor } });
        changes.push(...page.changes);
      }

      setFound({ ...page, changes });
    } catch (error) {
      setFound(null);
      setFailure(messageOf(error));
    }
  };
  return (
    <section aria-labelledby="compare">
      <h2 id="compare">Compare</h2>
      <form class="row" onSubmit={event => { event.preventDefault(); void read({ from: from.trim(), to: to.trim() }, [], ''); }}>
        <label for="from">From seq or time</label>
        <input id="from" required value={from} onInput={event => setFrom(event.currentTarget.value)} />
        <label for="to">to</label>
        <input id="to" value={to} placeholder="now" onInput={event => setTo(event.currentTarget.value)} />
        <button type="submit">Compare moments</button>
      </form>
      <form class="row" onSubmit={event => { event.preventDefault(); void read({ other: other.trim() }, [], ''); }}>
        <label for="other">With another namespace</label>
        <input id="other" required value={other} onInput={event => setOther(event.currentTarget.value)} />
        <button type="submit">Compare namespaces</button>
      </form>
      <Failure message={failure} />
      {found && (
        <div role="status">
          <p>{found.changes.length === 0 ? 'Both hold the same memories.' : `${plural(found.changes.length, 'memory', 'memories')} differ${found.changes.length === 1 ? 's' : ''}${found.next_cursor ? ', and there are more' : ''}.`} <span class="quiet">Links are not compared.</span></p>
          {found.changes.length > 0 && (
            <table>
              <thead><tr><th scope="col">Memory</th><th scope="col">Change</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
              <tbody>
                {found.changes.map(one => (
                  <tr key={one.coord}>
                    <th scope="row"><KeyLink coord={one.coord} /></th><td>{one.change}</td>
                    <td>{one.from ? `version ${one.from.version}, seq ${one.from.seq}` : '–'}</td><td>{one.to ? `version ${one.to.version}, seq ${one.to.seq}` : '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {found.next_cursor && found.changes.length < mostDifferences && <button type="button" onClick={() => void read(asked, found.changes, found.next_cursor!)}>Show more</button>}
          {found.next_cursor && found.changes.length >= mostDifferences && <p class="quiet">This page shows no more than {count(mostDifferences)}. The route <code>/namespaces/…/diff</code> lists all.</p>}
        </div>
      )}
    </section>
  );
}

interface Forked {
  namespace: string;
  seq: number;
  memories: number;
  links: number;
}

function Fork() {
  const [to, setTo] = useState('');
  const [at, setAt] = useState(moment.value);
  const [isWhole, setWhole] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [made, setMade] = useState<Forked | null>(null);
  return (
    <section aria-labelledby="fork">
      <h2 id="fork">Fork</h2>
      <p class="quiet">Makes an independent copy under a new name. This namespace does not change.</p>
      <form class="row" onSubmit={event => { event.preventDefault(); setMade(null); setAsked(true); }}>
        <label for="fork-to">New name</label>
        <input id="fork-to" required pattern="[A-Za-z0-9._:@\-]{1,128}" title="1–128 of A-Z a-z 0-9 . _ : @ -" value={to} onInput={event => setTo(event.currentTarget.value)} />
        <label for="fork-at">as of</label>
        <input id="fork-at" value={at} placeholder="now" onInput={event => setAt(event.currentTarget.value)} />
        <label><input type="checkbox" checked={isWhole} onChange={event => setWhole(event.currentTarget.checked)} /> with its history</label>
        <button type="submit">Fork…</button>
      </form>
      {made && <p role="status">Made <a href={addressOf('memories', { ns: made.namespace, at: '' })}><bdi>{made.namespace}</bdi></a> with {plural(made.memories, 'memory', 'memories')} and {plural(made.links, 'link')}.</p>}
      {isAsked && (
        <Confirm title="Fork this namespace?" act="Fork" onClose={() => setAsked(false)}
          onAct={async () => setMade(await fetchJson<Forked>(path('fork'), { method: 'POST', body: { to, history: isWhole, ...(at.trim() ? { as_of: asMoment(at.trim()) } : {}) } }))}>
          <p>All memories and links of <bdi>{namespace.value}</bdi> {at.trim() ? <>as of <bdi>{at}</bdi></> : 'as they are now'} are copied to the new namespace <bdi>{to}</bdi>{isWhole ? ', with the log up to there' : ', without their history'}. The copy is made whole or not at all.</p>
        </Confirm>
      )}
    </section>
  );
}

/** What a rewind would change, and the key under which it is done. */
interface Plan {
  would: Rewound;
  key: string;
}

interface Rewound {
  as_of: number;
  stored: number;
  deleted: number;
  linked: number;
  unlinked: number;
}

/** Counts first what would change; only then can it be done. */
function Rewind() {
  const [at, setAt] = useState(moment.value);
  const [planned, setPlanned] = useState<Plan | null>(null);
  const [done, setDone] = useState<Rewound | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const plan = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setDone(null);
    setFailure(null);
    try {
      const would = await fetchJson<Rewound>(path('rewind'), { method: 'POST', body: { as_of: asMoment(at.trim()), dry_run: true } });
      setPlanned({ would, key: `explorer-${crypto.getRandomValues(new Uint32Array(4)).join('-')}` });
    } catch (error) {
      setFailure(messageOf(error));
    }

    setBusy(false);
  };
  return (
    <section aria-labelledby="rewind">
      <h2 id="rewind">Rewind</h2>
      <p class="quiet">Makes the present equal to a moment of the past, by writes of its own. What was written since stays in the history, so a rewind can be undone by another.</p>
      <form class="row" onSubmit={event => void plan(event)}>
        <label for="rewind-at">To seq or time</label>
        <input id="rewind-at" required value={at} onInput={event => setAt(event.currentTarget.value)} />
        <button type="submit" disabled={isBusy}>Count what would change…</button>
      </form>
      <Failure message={failure} />
      {done && <p role="status">Rewound to seq {count(done.as_of)}: {effectOf(done)}.</p>}
      {planned && (
        <Confirm title={`Rewind to seq ${count(planned.would.as_of)}?`} act="Rewind" isDangerous onClose={() => setPlanned(null)}
          onAct={async () => {
            // A second click after a lost answer sends the same key, so the rewind goes on where it stopped.
            setDone(await fetchJson<Rewound>(path('rewind'), { method: 'POST', body: { as_of: planned.would.as_of }, headers: { 'Idempotency-Key': planned.key } }));
          }}>
          <p>In <bdi>{namespace.value}</bdi>: {effectOf(planned.would)}.</p>
          <p>It was counted just now. Writes of others until then change the numbers. <bdi>{caller.value?.by}</bdi> stands as the writer in the history.</p>
        </Confirm>
      )}
    </section>
  );
}

function effectOf(one: Rewound): string {
  return `${plural(one.stored, 'memory', 'memories')} stored as before, ${count(one.deleted)} deleted because they did not exist then, ${plural(one.linked, 'link')} made, ${count(one.unlinked)} removed`;
}
