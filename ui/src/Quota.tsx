import { bytes, count } from './text.ts';
import type { NamespaceListed, NamespaceSettings } from './types.ts';

type Allowance = [name: string, used: number, allowed: number, write: (value: number) => string];

/** What the settings allow a namespace: a quota refuses the write beyond it, a bound evicts another memory. */
export function allowances(settings: NamespaceSettings, space: NamespaceListed): Allowance[] {
  const all: [string, number, number | null, (value: number) => string][] = [
    ['Quota of memories', space.total, settings.quota_memories, count], ['Quota of bytes', space.bytes, settings.quota_bytes, bytes],
    ['At most memories', space.total, settings.max_memories, count], ['At most bytes', space.bytes, settings.max_bytes, bytes],
  ];
  return all.filter((one): one is Allowance => one[2] !== null);
}

export function Quota({ settings, space }: { settings: NamespaceSettings; space: NamespaceListed }) {
  const found = allowances(settings, space);
  return found.length === 0
    ? <p class="quiet">None: it may grow without end.</p>
    : (
      <ul class="plain quota">
        {found.map(([name, used, allowed, write]) => (
          <li key={name}>
            {name}: {write(used)} of {write(allowed)} ({Math.floor((used / allowed) * 100)}%)
            <svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-back" width="100" height="6" /><rect class={used > allowed * 0.9 ? 'bar-full' : 'bar-fill'} width={Math.min(100, (used / allowed) * 100)} height="6" /></svg>
          </li>
        ))}
      </ul>
    );
}
