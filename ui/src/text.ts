/** How values are written out. */

// Controls, and characters that turn or hide the text around them: a payload must not be able to rearrange the page.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Writes characters that have no shape, or that turn the direction of text, as their `\u` escapes. */
export function showHidden(text: string): string {
  return text.replace(hidden, found => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
const exactNumber: Reviver = (_, value, context) => {
  const raw = (JSON as unknown as { rawJSON?: (text: string) => unknown }).rawJSON;
  return typeof value === 'number' && raw && context?.source !== undefined && String(value) !== context.source ? raw(context.source) : value;
};

/** Parses JSON so that `pretty` writes numbers with the digits they came with, in browsers that can (else rounded to a double). */
export function parseExact(text: string): unknown {
  return JSON.parse(text, exactNumber as (key: string, value: unknown) => unknown);
}

export function pretty(value: unknown): string {
  return showHidden(JSON.stringify(value, null, 2) ?? '');
}

/** One line that tells what a memory is about: its text if it has one, else its JSON. */
export function excerptOf(payload: Record<string, unknown>, most = 240): string {
  for (const name of ['text', 'content', 'memory', 'summary', 'title']) {
    const value = payload[name];
    if (typeof value === 'string' && value.trim()) {
      return cut(value, most);
    }
  }

  return cut(JSON.stringify(payload), most);
}

export function cut(text: string, most: number): string {
  // Only as much is looked at as can be shown: a payload may have megabytes.
  const line = showHidden(text.slice(0, most * 2).replace(/\s+/g, ' ').trim());
  return line.length > most || text.length > most * 2 ? `${line.slice(0, most)}…` : line;
}

export function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 });
}

/** Like `count`, with the fraction of what is less than ten: a rate, or a mark of an axis. */
export function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 });
}

/** The noun with its number: `1 memory`, `2,000 memories`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = value;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }

  return `${size.toLocaleString('en', { maximumFractionDigits: size < 10 && unit > 0 ? 1 : 0 })} ${units[unit]}`;
}

/** `2026-11-29 10:25:13`, in UTC: the same text on every machine, comparable with logs. */
export function time(iso: string | null | undefined): string {
  return iso ? iso.slice(0, 19).replace('T', ' ') : '–';
}

export function duration(seconds: number): string {
  const parts: [number, string][] = [[86400, 'd'], [3600, 'h'], [60, 'min']];
  for (const [size, unit] of parts) {
    if (seconds >= size * 2) {
      return `${Math.floor(seconds / size)} ${unit}`;
    }
  }

  return seconds >= 1 || seconds === 0 ? `${Math.floor(seconds)} s` : `${(seconds * 1000).toPrecision(3)} ms`;
}
