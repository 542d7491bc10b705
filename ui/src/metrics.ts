/** Reads the text that `/metrics` answers (Prometheus exposition format). */

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export function parseMetrics(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (match && !line.startsWith('#')) {
      const labels: Record<string, string> = {};
      for (const [, name, value] of (match[2] ?? '').matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g)) {
        labels[name!] = value!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
      }

      samples.push({ name: match[1]!, labels, value: match[3] === '+Inf' ? Infinity : Number(match[3]) });
    }
  }

  return samples;
}

/** The sum over all labels, or over those that `counts` accepts; null: the process does not have this metric. */
export function total(samples: Sample[], name: string, counts: (labels: Record<string, string>) => boolean = () => true): number | null {
  const found = samples.filter(one => one.name === name);
  return found.length === 0 ? null : found.reduce((sum, one) => sum + (counts(one.labels) ? one.value : 0), 0);
}

/** The bound below which the share `q` of a histogram's observations lies, since the process started; null: there were none. */
export function quantile(samples: Sample[], name: string, q: number): number | null {
  const sorted = bucketsOf(samples, name);
  const all = sorted[sorted.length - 1]?.[1] ?? 0;
  return all === 0 ? null : (sorted.find(([, below]) => below >= all * q)?.[0] ?? null);
}

/**
 * Below which value the share `q` of the observations between two readings of a histogram lies; null: there were none. Within a bucket the
 * observations are taken to be spread evenly, and in the last one, which has no upper bound, to lie at its lower one.
 */
export function quantileBetween(older: Sample[], newer: Sample[], name: string, q: number): number | null {
  const before = new Map(bucketsOf(older, name));
  const grown = bucketsOf(newer, name).map(([bound, below]): [number, number] => [bound, below - (before.get(bound) ?? 0)]);
  const all = grown[grown.length - 1]?.[1] ?? 0;
  if (all <= 0) {
    return null;
  }

  const i = grown.findIndex(([, below]) => below >= all * q);
  const [low, under] = grown[i - 1] ?? [0, 0];
  const [high, below] = grown[i]!;
  return high === Infinity ? low : low + (high - low) * ((all * q - under) / (below - under));
}

/** A histogram's buckets over all labels: each upper bound, and how many observations lie at or below it. */
function bucketsOf(samples: Sample[], name: string): [number, number][] {
  const bounds = new Map<number, number>();
  for (const one of samples) {
    if (one.name === `${name}_bucket`) {
      const bound = one.labels['le'] === '+Inf' ? Infinity : Number(one.labels['le']);
      bounds.set(bound, (bounds.get(bound) ?? 0) + one.value);
    }
  }

  return [...bounds].sort((a, b) => a[0] - b[0]);
}
