import { type Call, Caller, randomKey } from "./caller.js";
import { ChangeFeed, type FollowOptions } from "./changes.js";
import { type Context, type ContextOptions, render } from "./context.js";
import { NotFound } from "./errors.js";
import { type Key, keyText } from "./key.js";
import { Keys } from "./keys.js";
import { Namespaces } from "./namespaces.js";
import { pages } from "./pages.js";
import { type CallOptions, type ConditionalOptions, type ReadOptions, resolve, type SomaSettings, type WriteOptions } from "./settings.js";
import type {
  CallerView, DeletedCount, DeletedLink, DeletedMemory, DeleteMemories, FindPathQuery, FoundPath, GetNeighborsQuery, Health, Hits, ListMemoriesQuery, Memory,
  MemoryHistory, MemoryPage, MemoryVersion, NeighborLinks, OneMemory, PatchMemory, RevertMemory, Search, Stats, Stored, StoredBatch, StoredLink,
  StoreLink, StoreMemory,
} from "./wire.js";

// The service takes at most 1,000 memories and, unless it is set otherwise, 5 MB in one request.
const batchItems = 1000;
const batchBytes = 4_000_000;

type LinkEnds = { from: Key; to: Key };

/** One namespace of a Soma service. Calls may run at once; what they take and give is what the HTTP API takes and gives. */
export class Soma {
  readonly namespaces: Namespaces;
  readonly keys: Keys;
  private readonly caller: Caller;

  constructor(settings: SomaSettings = {}) {
    this.caller = new Caller(resolve(settings));
    this.namespaces = new Namespaces(this.caller);
    this.keys = new Keys(this.caller);
  }

  /** The same service and settings, in another namespace. */
  within(namespace: string, tenant?: string): Soma {
    const { settings } = this.caller;
    return new Soma({ ...settings, namespace, tenant: tenant ?? settings.tenant });
  }

  /** Stores a memory; a text alone becomes `{ payload: { text } }`. The same key again replaces the memory. */
  store(memory: string | StoreMemory, options?: ConditionalOptions): Promise<Stored> {
    return this.write("POST", "/memories", typeof memory === "string" ? { payload: { text: memory } } : memory, options);
  }

  /** Stores up to 1,000 memories, all or none. */
  batch(items: StoreMemory[], options?: WriteOptions): Promise<StoredBatch> {
    return this.write("POST", "/memories/batch", { items }, options);
  }

  /**
   * Stores any number of memories, in batches that are each stored whole or not at all. If it fails, run it again with the same items and the
   * same `idempotencyKey`: what was stored is not stored twice.
   */
  async storeMany(items: Iterable<StoreMemory> | AsyncIterable<StoreMemory>, options: WriteOptions = {}): Promise<Stored[]> {
    const key = options.idempotencyKey ?? randomKey();
    const stored: Stored[] = [];
    let number = 0;
    for await (const batch of batches(items)) {
      stored.push(...(await this.batch(batch, { ...options, idempotencyKey: `${key}:${number++}` })).results);
    }
    return stored;
  }

  /** Throws `NotFound` if there is no such memory. */
  async get(key: Key, query: { as_of?: number | string } = {}, options?: ReadOptions): Promise<Memory> {
    return (await this.read<OneMemory>(memoryPath(key), query, options)).memory;
  }

  /** As `get`, but null if there is no such memory. */
  async find(key: Key, query: { as_of?: number | string } = {}, options?: ReadOptions): Promise<Memory | null> {
    try {
      return await this.get(key, query, options);
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }

  /** `payload` is a merge patch (RFC 7396); the other fields replace. */
  patch(key: Key, patch: PatchMemory, options?: ConditionalOptions): Promise<Stored> {
    return this.write("PATCH", memoryPath(key), patch, options);
  }

  /** Deletes a memory and its links. `purge` also deletes the content of its history. */
  delete(key: Key, query: { purge?: boolean } = {}, options?: ConditionalOptions): Promise<DeletedMemory> {
    return this.caller.json({ method: "DELETE", path: memoryPath(key), query, isWrite: true }, options);
  }

  /** Deletes what the filter or the keys name. `dry_run` only counts. */
  deleteMany(which: DeleteMemories, options?: WriteOptions): Promise<DeletedCount> {
    return this.write("POST", "/memories/delete", which, options);
  }

  /** All memories that the query lets pass; pages are read as the loop gets to them. `limit` is the size of a page. */
  list(query: ListMemoriesQuery = {}, options?: ReadOptions): AsyncIterable<Memory> {
    return pages((cursor) => this.read<MemoryPage>("/memories", { cursor, ...query }, options), (page) => page.memories);
  }

  /** Those whose coordinates lie between two corners. */
  range(min: readonly number[], max: readonly number[], query: ListMemoriesQuery = {}, options?: ReadOptions): AsyncIterable<Memory> {
    const corners = { min: keyText(min), max: keyText(max) };
    return pages((cursor) => this.read<MemoryPage>("/memories/range", { cursor, ...corners, ...query }, options), (page) => page.memories);
  }

  search(search: string | Search, options?: ReadOptions): Promise<Hits> {
    const body = typeof search === "string" ? { query: search } : search;
    return this.caller.json({ method: "POST", path: "/memories/search", body }, options);
  }

  /** What a prompt needs to know for the query: one line a memory with its date and id, most relevant first, within `max_tokens`. */
  async context(query: string, options: ContextOptions = {}, call?: ReadOptions): Promise<Context> {
    const { heading: _, countTokens: __, max_tokens = 1000, ...search } = options;
    return render((await this.search({ top_k: 50, ...search, max_tokens: Math.max(1, max_tokens), query }, call)).memories, options);
  }

  link(from: Key, to: Key, link: Omit<StoreLink, "from_coord" | "to_coord"> = {}, options?: WriteOptions): Promise<StoredLink> {
    return this.write("POST", "/graph/link", { ...ends({ from, to }), ...link }, options);
  }

  unlink(from: Key, to: Key, link_type?: string, options?: WriteOptions): Promise<DeletedLink> {
    return this.caller.json({ method: "DELETE", path: "/graph/link", query: { ...ends({ from, to }), link_type }, isWrite: true }, options);
  }

  neighbors(of: Key, query: Omit<GetNeighborsQuery, "coord"> = {}, options?: ReadOptions): Promise<NeighborLinks> {
    return this.read("/graph/neighbors", { coord: keyText(of), ...query }, options);
  }

  path(from: Key, to: Key, query: Omit<FindPathQuery, "from_coord" | "to_coord"> = {}, options?: ReadOptions): Promise<FoundPath> {
    return this.read("/graph/path", { ...ends({ from, to }), ...query }, options);
  }

  /** The versions of a memory, newest first. */
  history(key: Key, query: { limit?: number } = {}, options?: ReadOptions): AsyncIterable<MemoryVersion> {
    return pages((cursor) => this.read<MemoryHistory>(`${memoryPath(key)}/history`, { cursor, ...query }, options), (page) => page.versions);
  }

  /** Stores the content of an earlier version again, as the next one. */
  revert(key: Key, to: RevertMemory, options?: ConditionalOptions): Promise<Stored> {
    return this.write("POST", `${memoryPath(key)}/revert`, to, options);
  }

  /** Every committed change in order. It waits for further ones until the signal aborts or the loop is left. */
  changes(options: FollowOptions = {}): ChangeFeed {
    return new ChangeFeed(this.caller, options);
  }

  stats(options?: CallOptions): Promise<Stats> {
    return this.read("/stats", {}, options);
  }

  health(options?: CallOptions): Promise<Health> {
    return this.read("/health", {}, options);
  }

  /** What the token in use may do. */
  whoami(options?: CallOptions): Promise<CallerView> {
    return this.read("/whoami", {}, options);
  }

  private read<T>(path: string, query: object, options?: ReadOptions): Promise<T> {
    return this.caller.json({ method: "GET", path, query }, options);
  }

  private write<T>(method: Call["method"], path: string, body: object, options?: ConditionalOptions): Promise<T> {
    return this.caller.json({ method, path, body, isWrite: true }, options);
  }
}

const memoryPath = (key: Key) => `/memories/${encodeURIComponent(keyText(key))}`;

const ends = ({ from, to }: LinkEnds) => ({ from_coord: keyText(from), to_coord: keyText(to) });

/** Cuts items into batches by count and size. The cuts depend on the items alone, so a second run makes the same batches. */
async function* batches(items: Iterable<StoreMemory> | AsyncIterable<StoreMemory>): AsyncGenerator<StoreMemory[]> {
  const encoder = new TextEncoder();
  let batch: StoreMemory[] = [];
  let bytes = 0;
  for await (const item of items) {
    const size = encoder.encode(JSON.stringify(item)).length;
    if (batch.length > 0 && (batch.length === batchItems || bytes + size > batchBytes)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
