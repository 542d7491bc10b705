import { useState } from 'preact/hooks';
import { ApiError, fetchJson, memoryPath, messageOf } from '../api.ts';
import { Failure } from '../parts.tsx';
import { moment } from '../route.ts';
import type { Hit, Hits, Memory } from '../types.ts';
import { Parts, searchBody, type Asked } from './Search.tsx';

interface Reason {
  key: string;
  text: string;
  hit?: Hit;
}

const deepest = 1000;

/** Tells why a memory is not among the hits, by asking the service for it alone and for a longer list. Until `shown` answers `asked`, it waits. */
export function WhyNot({ asked, shown, isAnswered }: { asked: Asked; shown: Hit[]; isAnswered: boolean }) {
  const [key, setKey] = useState('');
  const [reason, setReason] = useState<Reason | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const find = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    setReason(null);
    try {
      setReason({ key: key.trim(), ...(await reasonFor(key.trim(), asked, shown)) });
    } catch (error) {
      setFailure(messageOf(error));
    }

    setBusy(false);
  };
  return (
    <section aria-labelledby="why-not">
      <h2 id="why-not">Why not this one?</h2>
      <form class="row" onSubmit={event => void find(event)}>
        <label for="missed">Key of the memory that you miss</label>
        <input id="missed" required value={key} placeholder="@an-id or 1.0,2.0" onInput={event => setKey(event.currentTarget.value)} />
        <button type="submit" disabled={isBusy || !isAnswered}>Find out</button>
      </form>
      <Failure message={failure} />
      <div role="status">{reason && <p>{reason.text}</p>}</div>
      {reason?.hit && <Parts hit={reason.hit} />}
    </section>
  );
}

async function reasonFor(key: string, asked: Asked, shown: Hit[]): Promise<{ text: string; hit?: Hit }> {
  let coord: string;
  try {
    coord = (await fetchJson<{ memory: Memory }>(memoryPath(key), { query: { as_of: moment.value, flat: false } })).memory.coord;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return { text: moment.value ? 'There was no such memory at that moment.' : 'There is no such memory. Its page shows whether it was deleted or has expired.' };
    }

    throw error;
  }

  const place = shown.findIndex(hit => hit.coord === coord);
  if (place >= 0) {
    return { text: `It was found: it is number ${place + 1}.`, hit: shown[place]! };
  }

  const search = (body: Record<string, unknown>): Promise<Hits> => fetchJson<Hits>('/memories/search', { method: 'POST', body });
  const hasFilters = Object.keys(asked.filters).length > 0;
  const within = { $and: [...(hasFilters ? [asked.filters] : []), { coord }] };
  if (hasFilters && (await search(searchBody(asked, { query: '', mode: 'hybrid', filters: within, top_k: 1 }))).memories.length === 0) {
    return { text: 'The filters leave it out: without them it could be found.' };
  }

  const long = await search(searchBody(asked, { top_k: deepest, include: [] }));
  const rank = long.memories.findIndex(hit => hit.coord === coord);
  if (rank >= 0) {
    const last = long.memories[shown.length - 1];
    const hit = long.memories[rank]!;
    return { text: `It is number ${rank + 1}, and ${shown.length} are shown. Its score is ${hit.score.toFixed(3)}${last ? `, that of the last one shown ${last.score.toFixed(3)}` : ''}.`, hit };
  }

  const alone = (await search(searchBody(asked, { filters: within, top_k: 1 }))).memories[0];
  return alone
    ? { text: `It is not among the first ${deepest}. Searched alone, its score has these parts; words and meaning are then measured against itself, and only the relevance can be compared with that of other memories.`, hit: alone }
    : { text: 'The search does not consider it: no word of the query stands in it, or in this mode it has nothing to be compared by.' };
}
