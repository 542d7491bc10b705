import type { Hit, Search } from "./wire.js";

export interface ContextOptions extends Omit<Search, "query" | "max_tokens" | "include"> {
  /** How long the text may be. Default 1,000. */
  max_tokens?: number;
  /** The line above the memories; "": none. */
  heading?: string;
  /** Counts tokens as the model does. Default: four bytes of UTF-8 each. */
  countTokens?: (text: string) => number;
}

/** Memories as a prompt takes them. `String(context)` is its text. */
export class Context {
  /** @param text One line a memory, most relevant first; "" if there is none. @param memories Those that the text holds. */
  constructor(readonly text: string, readonly memories: Hit[], readonly tokens: number) {}

  toString(): string {
    return this.text;
  }
}

const encoder = new TextEncoder();
const estimate = (text: string) => Math.ceil(encoder.encode(text).length / 4);

/** Best first. What does not fit is passed over, as the service does; only a first memory that is too long alone is cut. */
export function render(hits: Hit[], options: ContextOptions): Context {
  const count = options.countTokens ?? estimate;
  const budget = options.max_tokens ?? 1000;
  const heading = options.heading ?? "Memories, most relevant first (date, key, text):";
  const lines = heading === "" ? [] : [heading];
  const kept: Hit[] = [];
  for (const hit of hits) {
    let line = lineOf(hit);
    if (kept.length === 0 && tokensOf(lines, line, count) > budget) line = cut(line, (shorter) => tokensOf(lines, shorter, count) <= budget);
    if (line === "" || tokensOf(lines, line, count) > budget) continue;
    lines.push(line);
    kept.push(hit);
  }
  const text = kept.length === 0 ? "" : lines.join("\n");
  return new Context(text, kept, kept.length === 0 ? 0 : count(text));
}

const tokensOf = (lines: string[], line: string, count: (text: string) => number) => count([...lines, line].join("\n"));

/** The longest beginning of the line that fits; "" if only a scrap of it would be left. */
function cut(line: string, fits: (text: string) => boolean): string {
  const letters = [...line];
  let [least, most] = [0, letters.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (fits(`${letters.slice(0, middle).join("")}…`)) least = middle;
    else most = middle - 1;
  }
  const isScrap = least <= line.indexOf("]") + 8;
  return isScrap ? "" : `${letters.slice(0, least).join("")}…`;
}

function lineOf(hit: Hit): string {
  const payload = hit.payload ?? {};
  const speaker = textIn(payload, "speaker", "role");
  const text = textIn(payload, "text", "content", "summary", "memory", "message") ?? JSON.stringify(payload);
  // A line is one memory: a text with line breaks could otherwise pass itself off as several.
  return `- [${dateOf(hit)} ${hit.coord}] ${speaker === undefined ? "" : `${speaker}: `}${text}`.replace(/\s+/g, " ").trim();
}

function textIn(payload: Record<string, unknown>, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = payload[name];
    if (typeof value === "string" && value.trim() !== "") return value;
  }
  return undefined;
}

/** The day and minute, in UTC, of the payload's own `timestamp`, else of the memory's first store. */
function dateOf(hit: Hit): string {
  const own = hit.payload?.["timestamp"];
  const moment = typeof own === "number" ? new Date(own > 1e11 ? own : own * 1000) : typeof own === "string" ? new Date(own) : undefined;
  const date = moment && !Number.isNaN(moment.getTime()) ? moment : new Date(hit.created_at);
  return date.toISOString().slice(0, 16).replace("T", " ");
}
