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

/** The sum over all labels; null: the process does not have this metric. */
export function total(samples: Sample[], name: string): number | null {
  const found = samples.filter(one => one.name === name);
  return found.length === 0 ? null : found.reduce((sum, one) => sum + one.value, 0);
}

/** The bound below which the share `q` of a histogram's observations lies, since the process started; null: there were none. */
export function quantile(samples: Sample[], name: string, q: number): number | null {
  const bounds = new Map<number, number>();
  for (const one of samples) {
    if (one.name === `${name}_bucket`) {
      const bound = one.labels['le'] === '+Inf' ? Infinity : Number(one.labels['le']);
      bounds.set(bound, (bounds.get(bound) ?? 0) + one.value);
    }
  }

  const sorted = [...bounds].sort((a, b) => a[0] - b[0]);
  const all = sorted[sorted.length - 1]?.[1] ?? 0;
  return all === 0 ? null : (sorted.find(([, below]) => below >= all * q)?.[0] ?? null);
}
