import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError, fetchJson, fetchText, memoryPath } from '../api.ts';
import { Confirm, Failure, Foreign, Heading, LongText, useLoad } from '../parts.tsx';
import { addressOf, moment, namespace, place, tenant } from '../route.ts';
import { may } from '../session.ts';
import { count, parseExact, plural, pretty, time } from '../text.ts';
import type { Memory as MemoryRecord, Version } from '../types.ts';
import { History } from './History.tsx';

interface Found {
  memory: MemoryRecord | null;
  payload: string;
}

export function Memory() {
  const coord = place.value.params.get('key') ?? '';
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<'' | 'forget' | 'purge'>('');
  const key = JSON.stringify([tenant.value, namespace.value, moment.value, coord, round]);
  const found = useLoad<Found>(key, async signal => {
    try {
      const text = await fetchText(memoryPath(coord), { signal, query: { as_of: moment.value, flat: false } });
      return { memory: (JSON.parse(text) as { memory: MemoryRecord }).memory, payload: pretty((parseExact(text) as { memory: MemoryRecord }).memory.payload) };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return { memory: null, payload: '' };
      }

      throw error;
    }
  });
  const memory = found.value?.memory;
  const isPresent = !moment.value;
  return (
    <>
      <Heading><Foreign text={coord} most={160} /></Heading>
      <Failure message={found.failure} />
      {found.isLoading && !found.value && <p role="status">Loading…</p>}
      {found.value && !memory && <p role="status">{isPresent ? 'There is no such memory now. Its history, if it ever was, stands below.' : 'There was no such memory at that moment.'}</p>}
      {memory && (
        <>
          <dl class="facts">
            <Fact name="Type">{memory.memory_type}</Fact>
            <Fact name="Version">{count(memory.version)}</Fact>
            <Fact name="Seq">{count(memory.seq)}</Fact>
            <Fact name="Importance">{memory.importance}</Fact>
            <Fact name="Was read">{plural(memory.access_count, 'time')}</Fact>
            <Fact name="Created (UTC)">{time(memory.created_at)}</Fact>
            <Fact name="Written (UTC)">{time(memory.updated_at)}</Fact>
            <Fact name="Expires">{memory.expires_at ? time(memory.expires_at) : 'never'}</Fact>
            <Fact name="Vector made by">{memory.embedding_source}</Fact>
          </dl>
          <div class="actions left">
            <a class="button" href={addressOf('links', { key: coord })}>Links</a>
            {isPresent && may('delete') && <button type="button" class="danger" title="Deletes the memory; its history keeps the content" onClick={() => setAsked('forget')}>Forget…</button>}
            {isPresent && may('delete') && <button type="button" class="danger" title="Deletes the memory and the content of its history" onClick={() => setAsked('purge')}>Purge…</button>}
          </div>
          <h2>Payload</h2>
          <LongText text={found.value!.payload} label="Payload" />
        </>
      )}
      <History coord={coord} round={round} onChange={() => setRound(round + 1)} />
      {asked && <Forget coord={coord} isPurge={asked === 'purge'} onDone={() => setRound(round + 1)} onClose={() => setAsked('')} />}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

/** What forgetting takes with it is counted before it is done: the links by the neighbours of the memory, the versions by its history. */
function Forget({ coord, isPurge, onDone, onClose }: { coord: string; isPurge: boolean; onDone: () => void; onClose: () => void }) {
  const effect = useLoad(coord, async signal => {
    const near = await fetchJson<{ neighbors: unknown[] }>('/graph/neighbors', { signal, query: { coord, direction: 'both', limit: 1000 } });
    const past = await fetchJson<{ versions: Version[]; next_cursor: string | null }>(`${memoryPath(coord)}/history`, { signal, query: { limit: 1000 } });
    return {
      links: plural(near.neighbors.length, 'memory', 'memories') + (near.neighbors.length === 1000 ? ' or more' : ''),
      versions: plural(past.versions.filter(one => one.content === 'kept').length, 'version') + (past.next_cursor ? ' or more' : ''),
    };
  });
  return (
    <Confirm
      title={isPurge ? 'Purge this memory?' : 'Forget this memory?'} act={isPurge ? 'Purge' : 'Forget'} isDangerous isReady={effect.value !== null}
      onClose={onClose}
      onAct={async () => {
        await fetchJson(memoryPath(coord), { method: 'DELETE', query: { purge: isPurge || undefined } });
        onDone();
      }}>
      <p><Foreign text={coord} /></p>
      <Failure message={effect.failure} />
      {effect.value
        ? <ul>
            <li>The memory is no longer found, read or listed. Its links with {effect.value.links} go too.</li>
            {isPurge
              ? <li>Payload, text and vectors of {effect.value.versions} are deleted now, in the history too. <strong>Nothing brings them back.</strong> That the versions were written stays in the history.</li>
              : <li>{effect.value.versions} of it stay in the history as long as the namespace keeps content. Reverting to one brings the memory back, without its links.</li>}
          </ul>
        : !effect.failure && <p role="status">Counting what goes with it…</p>}
    </Confirm>
  );
}
