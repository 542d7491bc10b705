import type { Caller } from "./caller.js";
import { pages } from "./pages.js";
import type { CallOptions, WriteOptions } from "./settings.js";
import type {
  ChangedMemory, DiffNamespaceQuery, ForkedNamespace, ForkNamespace, ListNamespacesQuery, NamespaceChoices, NamespaceDeleted, NamespaceImported,
  NamespaceListed, NamespacePage, NamespaceView, ReindexBegun, RewindNamespace, RewoundNamespace, StateDifferences,
} from "./wire.js";

const pathOf = (name: string) => `/namespaces/${encodeURIComponent(name)}`;

/** What is done with whole namespaces. It needs the root token, or a key with the scope `admin`. */
export class Namespaces {
  constructor(private readonly caller: Caller) {}

  list(query: ListNamespacesQuery = {}, options?: CallOptions): AsyncIterable<NamespaceListed> {
    return pages(
      (cursor) => this.caller.json<NamespacePage>({ method: "GET", path: "/namespaces", query: { cursor, ...query } }, options),
      (page) => page.namespaces);
  }

  settings(name: string, options?: CallOptions): Promise<NamespaceView> {
    return this.caller.json({ method: "GET", path: pathOf(name) }, options);
  }

  configure(name: string, choices: NamespaceChoices, options?: CallOptions): Promise<NamespaceView> {
    return this.caller.json({ method: "PUT", path: pathOf(name), body: choices }, options);
  }

  /** Deletes the namespace with all of its memories, links and history. */
  delete(name: string, options?: CallOptions): Promise<NamespaceDeleted> {
    return this.caller.json({ method: "DELETE", path: pathOf(name), query: { confirm: name } }, options);
  }

  /** Embeds all memories anew, in the background. */
  reindex(name: string, options?: CallOptions): Promise<ReindexBegun> {
    return this.caller.json({ method: "POST", path: `${pathOf(name)}/reindex` }, options);
  }

  /** The namespace as JSON Lines, consistent at one seq, as a stream. An export that was cut off has no last line with `"end":true`. */
  async export(name: string, options?: CallOptions): Promise<ReadableStream<Uint8Array>> {
    const response = await this.caller.open({ method: "GET", path: `${pathOf(name)}/export`, headers: { accept: "application/jsonl" } }, options);
    return response.body!;
  }

  /** Takes what `export` gave. A failed import is not sent again by itself, because the stream cannot be read twice. */
  import(name: string, lines: BodyInit, query: { replace?: boolean } = {}, options?: WriteOptions): Promise<NamespaceImported> {
    const headers = { "content-type": "application/jsonl" };
    return this.caller.json({ method: "POST", path: `${pathOf(name)}/import`, query, stream: lines, headers, isWrite: true }, options);
  }

  /** An independent copy under another name. */
  fork(name: string, fork: ForkNamespace, options?: WriteOptions): Promise<ForkedNamespace> {
    return this.caller.json({ method: "POST", path: `${pathOf(name)}/fork`, body: fork, isWrite: true }, options);
  }

  /** Makes the present equal to a moment of the past. It is itself undone by another rewind. */
  rewind(name: string, rewind: RewindNamespace, options?: WriteOptions): Promise<RewoundNamespace> {
    return this.caller.json({ method: "POST", path: `${pathOf(name)}/rewind`, body: rewind, isWrite: true }, options);
  }

  /** What differs between two moments, or between two namespaces. */
  diff(name: string, query: DiffNamespaceQuery, options?: CallOptions): AsyncIterable<ChangedMemory> {
    return pages(
      (cursor) => this.caller.json<StateDifferences>({ method: "GET", path: `${pathOf(name)}/diff`, query: { cursor, ...query } }, options),
      (page) => page.changes);
  }
}
