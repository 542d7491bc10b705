import type { Item, MatchCondition, PutOperation } from "@langchain/langgraph-checkpoint";
import type { Memory, StoreMemory } from "./wire.js";

/** An item as the payload of a memory. `prefixes` holds the item's namespace and each one above it, so that a filter finds them all. */
interface StoredItem {
  prefixes: string[];
  namespace: string[];
  key: string;
  value: Record<string, unknown>;
  indexed: boolean;
  /** Minutes to live. */
  ttl?: number;
}

/** Percent-encodes what Python's `quote` does too, so that both languages give an item one id: `encodeURIComponent` leaves these as they are. */
const quote = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/** Labels joined so that no two tuples give the same text. The text of the empty tuple is "/", which every item has. */
export const prefixText = (labels: string[]) => `/${labels.map((label) => `${quote(label)}/`).join("")}`;

export async function idOf(namespace: string[], key: string): Promise<string> {
  const id = `store${prefixText(namespace)}${quote(key)}`;
  // An id has at most 512 bytes; this one is ASCII. A longer one is named by its digest.
  return id.length <= 512 ? `@${id}` : `@store#${await digest(id)}`;
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function memoryOf(coord: string, put: PutOperation, index: string[] = ["$"], ttl?: number): StoreMemory {
  const value = put.value!;
  const texts = put.index === false ? [] : (put.index ?? index).flatMap((path) => textsAt(value, path));
  const payload: StoredItem = {
    // First, because every search asks for it and the index of the service holds what comes first.
    prefixes: put.namespace.reduce((all, _, i) => [...all, prefixText(put.namespace.slice(0, i + 1))], ["/"]),
    namespace: put.namespace,
    key: put.key,
    value,
    indexed: texts.length > 0,
    ...(ttl === undefined ? {} : { ttl }),
  };
  return {
    coord,
    payload: payload as unknown as Record<string, unknown>,
    text: texts.length > 0 ? texts.join("\n") : undefined,
    ...(ttl === undefined ? {} : { ttl_seconds: ttl * 60 }),
  };
}

export function itemOf(memory: Pick<Memory, "payload" | "created_at" | "updated_at">): Item {
  const { namespace, key, value } = memory.payload as unknown as StoredItem;
  return { namespace, key, value, createdAt: new Date(memory.created_at), updatedAt: new Date(memory.updated_at) };
}

/** The texts at a path such as `title`, `notes[*].text`, `tags[-1]` or `*`; `$`: all texts of the value. */
export function textsAt(value: unknown, path: string): string[] {
  if (path === "$" || path === "") return leaves(value);
  const steps = path.match(/\[[^\]]*\]|\{[^}]*\}|[^.[{]+/g) ?? [];
  return steps.reduce<unknown[]>((found, step) => found.flatMap((one) => children(one, step)), [value]).flatMap(leaves);
}

function children(value: unknown, step: string): unknown[] {
  if (step.startsWith("{")) return step.slice(1, -1).split(",").flatMap((field) => children(value, field.trim()));
  if (typeof value !== "object" || value === null) return [];
  if (step === "*" || step === "[*]") return Object.values(value);
  if (Array.isArray(value)) {
    const element = /^\[(-?\d+)\]$/.exec(step);
    return element ? value.slice(Number(element[1])).slice(0, 1) : [];
  }
  return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
}

function leaves(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  return typeof value === "object" ? Object.values(value).flatMap(leaves) : [String(value)];
}

type Comparison = (actual: unknown, wanted: unknown) => boolean;

const comparisons: Record<string, Comparison> = {
  $eq: (actual, wanted) => isEqual(actual, wanted),
  $ne: (actual, wanted) => !isEqual(actual, wanted),
  $gt: (actual, wanted) => Number(actual) > Number(wanted),
  $gte: (actual, wanted) => Number(actual) >= Number(wanted),
  $lt: (actual, wanted) => Number(actual) < Number(wanted),
  $lte: (actual, wanted) => Number(actual) <= Number(wanted),
  $in: (actual, wanted) => Array.isArray(wanted) && wanted.some((one) => isEqual(actual, one)),
  $nin: (actual, wanted) => !(Array.isArray(wanted) && wanted.some((one) => isEqual(actual, one))),
  $exists: (actual, wanted) => (actual !== undefined) === Boolean(wanted),
};

export function isMatch(value: Record<string, unknown>, filter: Record<string, unknown> = {}): boolean {
  return Object.entries(filter).every(([name, wanted]) => {
    if (!isOperators(wanted)) return isEqual(value[name], wanted);
    return Object.entries(wanted).every(([operator, operand]) => comparisons[operator]!(value[name], operand));
  });
}

const isOperators = (wanted: unknown): wanted is Record<string, unknown> =>
  typeof wanted === "object" && wanted !== null && !Array.isArray(wanted) && Object.keys(wanted).length > 0
  && Object.keys(wanted).every((name) => Object.hasOwn(comparisons, name));

function isEqual(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return Array.isArray(one) === Array.isArray(other) && names.length === others.length
    && names.every((name) => Object.hasOwn(other, name) && isEqual((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]));
}

/** Sorted; those that `maxDepth` makes equal are one. */
export function distinctNamespaces(namespaces: string[][], conditions: MatchCondition[] = [], maxDepth?: number): string[][] {
  const matching = namespaces.filter((labels) => conditions.every((condition) => isOf(condition, labels)));
  const distinct = new Map(matching.map((labels) => labels.slice(0, maxDepth)).map((labels) => [JSON.stringify(labels), labels]));
  return [...distinct.values()].sort(compareLabels);
}

function isOf({ matchType, path }: MatchCondition, labels: string[]): boolean {
  const from = matchType === "prefix" ? 0 : labels.length - path.length;
  return from >= 0 && path.length <= labels.length && path.every((label, i) => label === "*" || label === labels[from + i]);
}

function compareLabels(one: string[], other: string[]): number {
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    if (one[i] !== other[i]) return one[i]! < other[i]! ? -1 : 1;
  }
  return one.length - other.length;
}
