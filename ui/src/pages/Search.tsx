import { useEffect, useRef, useState } from 'preact/hooks';
import { fetchJson, messageOf } from '../api.ts';
import { Bar, Failure, Foreign, Heading, KeyLink } from '../parts.tsx';
import { moment, namespace, place, setParams, tenant } from '../route.ts';
import { excerptOf, plural, time } from '../text.ts';
import type { Hit, Hits } from '../types.ts';
import { WhyNot } from './WhyNot.tsx';

export interface Asked {
  query: string;
  mode: string;
  filters: Record<string, unknown>;
}

const debounceMilliseconds = 250;
const shown = 20;

/** The body of a search as the page sends it. */
export function searchBody(asked: Asked, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    query: asked.query, mode: asked.mode, explain: true,
    ...(Object.keys(asked.filters).length > 0 ? { filters: asked.filters } : {}),
    ...(moment.value ? { as_of: moment.value } : {}),
    ...more,
  };
}

export function readFilters(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function Search() {
  const params = place.value.params;
  const asked: Asked = { query: params.get('q') ?? '', mode: params.get('mode') ?? 'hybrid', filters: readFilters(params.get('filters')) };
  const [text, setText] = useState(asked.query);
  const [found, setFound] = useState<{ key: string; hits: Hits } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const timer = useRef(0);
  const sent = useRef(asked.query);
  const key = JSON.stringify([tenant.value, namespace.value, moment.value, asked]);

  useEffect(() => {
    const ending = new AbortController();
    fetchJson<Hits>('/memories/search', { method: 'POST', body: searchBody(asked, { top_k: shown }), signal: ending.signal }).then(
      hits => { setFound({ key, hits }); setFailure(null); },
      (error: unknown) => { if (!ending.signal.aborted) { setFound(null); setFailure(messageOf(error)); } },
    );
    return () => ending.abort();
  }, [key]);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The address changed by itself, as by the browser's back button. What is being typed is not overwritten.
  useEffect(() => {
    if (asked.query !== sent.current) {
      sent.current = asked.query;
      setText(asked.query);
    }
  }, [asked.query]);

  const ask = (value: string): void => {
    clearTimeout(timer.current);
    sent.current = value;
    setParams({ q: value });
  };
  const type = (value: string): void => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => ask(value), debounceMilliseconds);
  };
  const filter = (filters: Record<string, unknown>): void => setParams({ filters: Object.keys(filters).length > 0 ? JSON.stringify(filters) : '' });
  const hits = found?.hits;
  // The hits of the last question stay until the next answer is here; nothing is said of them meanwhile.
  const isAnswered = found?.key === key;
  return (
    <>
      <Heading>Search</Heading>
      <form class="row search" role="search" onSubmit={event => { event.preventDefault(); ask(text); }}>
        <label for="query" class="unseen">Query</label>
        <input id="query" type="search" value={text} placeholder="Words, a question, or a &quot;phrase&quot;" maxLength={8000} onInput={event => type(event.currentTarget.value)} />
        <label for="mode">By</label>
        <select id="mode" value={asked.mode} onChange={event => setParams({ mode: event.currentTarget.value })}>
          <option value="hybrid">words and meaning</option>
          <option value="keyword">words</option>
          <option value="vector">meaning</option>
        </select>
      </form>
      {Object.keys(asked.filters).length > 0 && (
        <ul class="chips" aria-label="Filters">
          {Object.entries(asked.filters).map(([field, value]) => (
            <li key={field}><button type="button" class="chip on" onClick={() => { const rest = { ...asked.filters }; delete rest[field]; filter(rest); }}><Foreign text={`${field} = ${String(value)}`} most={80} /> <span aria-hidden="true">×</span><span class="unseen"> remove this filter</span></button></li>
          ))}
        </ul>
      )}
      <Failure message={failure} />
      <p role="status" class="quiet">{hits && isAnswered ? summaryOf(hits, asked) : failure ? '' : 'Searching…'}</p>
      {hits && <ol class="hits">{hits.memories.map(hit => <Result key={hit.coord} hit={hit} filters={asked.filters} onFilter={filter} />)}</ol>}
      {hits && asked.query && <WhyNot asked={asked} shown={hits.memories} isAnswered={isAnswered} />}
    </>
  );
}

function summaryOf(hits: Hits, asked: Asked): string {
  const count = hits.memories.length;
  return [
    count === 0 ? 'Nothing was found.' : asked.query ? `${plural(count, 'memory', 'memories')}, the best first.` : `${plural(count, 'memory', 'memories')}, the most important first, as nothing is asked.`,
    hits.degraded ? 'A part of the search is away or still loading: memories may be missing.' : '',
    hits.refining > 0 ? `${plural(hits.refining, 'memory', 'memories')} still wait for the vector of the sentence model; words and a first vector find them.` : '',
  ].filter(Boolean).join(' ');
}

/** What the parts of `explain` are called, and what each says. */
const parts: [string, string, string][] = [
  ['keyword_normalised', 'words', 'How well the words of the query fit, against the best of this search'],
  ['text_normalised', 'meaning', 'How near the meaning is, against the best of this search'],
  ['brought_normalised', 'own vector', 'How near the vector is that its client brought'],
  ['coverage', 'coverage', 'Gained because the words of the query stand in it and near it in its conversation'],
  ['context', 'context', 'Gained from its neighbours in its conversation'],
  ['speaker', 'speaker', 'Gained because the query names its speaker'],
  ['phrase', 'phrase', 'Gained by holding the quoted phrases'],
  ['recency', 'recency', 'Gained by being new'],
  ['importance', 'importance', 'Gained by being important'],
  ['linked', 'links', 'Gained from memories that links join it to'],
];

export function Parts({ hit }: { hit: Hit }) {
  const explain = hit.explain ?? {};
  return (
    <div class="bars">
      {hit.relevance !== undefined && <Bar label="relevance" value={hit.relevance} title="The chance that the memory has to do with the query, whatever else the namespace holds" />}
      {parts.map(([name, label, title]) => typeof explain[name] === 'number' && <Bar key={name} label={label} value={explain[name]} title={title} />)}
    </div>
  );
}

const mostValues = 8;

function Result({ hit, filters, onFilter }: { hit: Hit; filters: Record<string, unknown>; onFilter: (filters: Record<string, unknown>) => void }) {
  const values = [['memory_type', hit.memory_type] as [string, unknown], ...Object.entries(hit.payload).filter(([name, value]) => isFilterable(name, value))].slice(0, mostValues);
  return (
    <li class="hit">
      <div class="hit-head"><KeyLink coord={hit.coord} /> <span class="quiet">score {hit.score.toFixed(3)}{hit.relevance !== undefined && ` · relevance ${hit.relevance.toFixed(2)}`} · {time(hit.updated_at)}</span></div>
      <p><bdi>{excerptOf(hit.payload, 400)}</bdi></p>
      <ul class="chips" aria-label="Values to filter by">
        {values.filter(([field]) => !(field in filters)).map(([field, value]) => (
          <li key={field}><button type="button" class="chip" title="Only memories with this value" onClick={() => onFilter({ ...filters, [field]: value })}><Foreign text={`${field} = ${String(value)}`} most={60} /></button></li>
        ))}
      </ul>
      <details><summary>Why it was found</summary><Parts hit={hit} /></details>
    </li>
  );
}

/** Short plain values can be filtered by. A name with a dot or a dollar means something else to a filter, and texts are all different. */
function isFilterable(name: string, value: unknown): boolean {
  return !/[.$]|^_|^(text|content|memory|summary)$/.test(name) && (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length > 0 && value.length <= 60));
}
