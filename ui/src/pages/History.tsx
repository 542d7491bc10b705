import { useMemo, useState } from 'preact/hooks';
import { diffLines } from 'diff';
import { ApiError, fetchJson, fetchText, memoryPath } from '../api.ts';
import { Confirm, Failure, Foreign, LongText, useLoad } from '../parts.tsx';
import { addressOf, moment, namespace, tenant } from '../route.ts';
import { may } from '../session.ts';
import { parseExact, pretty, time } from '../text.ts';
import type { Version } from '../types.ts';

interface Page {
  versions: Version[];
  next_cursor: string | null;
}

const versionsAtOnce = 50;

/** The versions of a memory, newest first; any two can be compared, and one can be stored again. */
export function History({ coord, round, onChange }: { coord: string; round: number; onChange: () => void }) {
  const [cursors, setCursors] = useState<string[]>(['']);
  const [compared, setCompared] = useState<Version[]>([]);
  const [reverted, setReverted] = useState<Version | null>(null);
  const key = JSON.stringify([tenant.value, namespace.value, coord, round, cursors]);
  const page = useLoad<Page>(key, async signal => {
    try {
      return parseVersions(await fetchText(`${memoryPath(coord)}/history`, { signal, query: { limit: versionsAtOnce, cursor: cursors[cursors.length - 1] } }));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return { versions: [], next_cursor: null };
      }

      throw error;
    }
  });
  const toggle = (version: Version): void => {
    setCompared(compared.some(one => one.seq === version.seq) ? compared.filter(one => one.seq !== version.seq) : [...compared, version].slice(-2));
  };
  const versions = page.value?.versions ?? [];
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <Failure message={page.failure} />
      {page.value && versions.length === 0 && <p>Nothing was ever stored under this key.</p>}
      {versions.length > 0 && <p class="quiet">Choose two versions to compare them.</p>}
      <ol class="timeline">
        {versions.map(one => (
          <li key={one.seq} class={one.op}>
            <div class="timeline-head">
              {one.payload !== undefined && (
                <label><input type="checkbox" checked={compared.some(other => other.seq === one.seq)} onChange={() => toggle(one)} /> <span class="unseen">Compare </span>version {one.version}</label>
              )}
              {one.payload === undefined && <span>{one.op === 'delete' ? `version ${one.version} deleted` : `version ${one.version}`}</span>}
              <span class="quiet">{time(one.at)} UTC · seq {one.seq} · by <Foreign text={one.by} />{one.reason ? ` · ${one.reason}` : ''}</span>
              {one.content === 'compacted' && <span class="quiet">content no longer kept</span>}
              {one.content === 'purged' && <span class="quiet">content purged</span>}
              <a href={addressOf('memory', { key: coord, at: String(one.seq) })}>As it was then</a>
              {one.payload !== undefined && may('write') && !moment.value && <button type="button" onClick={() => setReverted(one)}>Revert to this version…</button>}
            </div>
          </li>
        ))}
      </ol>
      <div class="actions left">
        {cursors.length > 1 && <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>Newer versions</button>}
        {page.value?.next_cursor && <button type="button" onClick={() => setCursors([...cursors, page.value!.next_cursor!])}>Older versions</button>}
      </div>
      {compared.length === 2 && <Difference of={compared} />}
      {reverted && <Revert coord={coord} version={reverted} onDone={onChange} onClose={() => setReverted(null)} />}
    </section>
  );
}

/** What reverting changes is shown first: the present content and the one that would be stored again. */
function Revert({ coord, version, onDone, onClose }: { coord: string; version: Version; onDone: () => void; onClose: () => void }) {
  const newest = useLoad(coord, async signal => parseVersions(await fetchText(`${memoryPath(coord)}/history`, { signal, query: { limit: 1 } })).versions[0] ?? null);
  const isGone = newest.value?.op === 'delete';
  return (
    <Confirm
      title={`Revert to version ${version.version}?`} act="Revert" isReady={newest.value !== null} onClose={onClose}
      onAct={async () => {
        await fetchJson(`${memoryPath(coord)}/revert`, { method: 'POST', body: { version: version.version } });
        onDone();
      }}>
      <Failure message={newest.failure} />
      {!newest.value && !newest.failure && <p role="status">Reading what is there now…</p>}
      {newest.value && (
        <>
          <p>The content of version {version.version} is stored again as version {newest.value.version + 1}.{isGone ? ' The memory, which is deleted now, exists again; the links that it had do not come back.' : ' The present version stays in the history.'} Other memories do not change.</p>
          {!isGone && newest.value.payload !== undefined && <Difference of={[newest.value, version]} isOrdered />}
        </>
      )}
    </Confirm>
  );
}

/** More edits than this take a browser seconds to find. */
const mostEdits = 4_000;
const unchangedAround = 3;

function Difference({ of, isOrdered = false }: { of: Version[]; isOrdered?: boolean }) {
  const [from, to] = (isOrdered ? of : [...of].sort((a, b) => a.seq - b.seq)) as [Version, Version];
  const parts = useMemo(() => diffLines(pretty(from.payload), pretty(to.payload), { maxEditLength: mostEdits }), [from.seq, to.seq]);
  const title = `From version ${from.version} to version ${to.version}`;
  if (!parts) {
    return <p>The payloads differ in more than {mostEdits} lines, too many to compare here.</p>;
  }

  const isSame = parts.every(part => !part.added && !part.removed);
  const text = parts.map(part => {
    const lines = part.value.replace(/\n$/, '').split('\n');
    const mark = part.added ? '+ ' : part.removed ? '- ' : '  ';
    return part.added || part.removed || lines.length <= unchangedAround * 2 + 1
      ? lines.map(line => mark + line).join('\n')
      : [...lines.slice(0, unchangedAround).map(line => mark + line), `  … ${lines.length - unchangedAround * 2} equal lines`, ...lines.slice(-unchangedAround).map(line => mark + line)].join('\n');
  });
  const isLong = text.reduce((sum, one) => sum + one.length, 0) > 20_000;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {isSame && <p>The payloads are equal.</p>}
      {!isSame && isLong && <LongText text={text.join('\n')} label={title} />}
      {!isSame && !isLong && (
        <pre class="payload" role="region" tabIndex={0} aria-label={title}>
          {parts.map((part, i) => part.added ? <ins key={i}>{text[i]}{'\n'}</ins> : part.removed ? <del key={i}>{text[i]}{'\n'}</del> : <span key={i}>{text[i]}{'\n'}</span>)}
        </pre>
      )}
    </section>
  );
}

/** Payloads keep their numbers' digits; what the page counts with are numbers. */
function parseVersions(text: string): Page {
  const page = JSON.parse(text) as Page;
  const exact = parseExact(text) as Page;
  return { ...page, versions: page.versions.map((one, i) => exact.versions[i]?.payload !== undefined ? { ...one, payload: exact.versions[i].payload } : one) };
}
