import {
  BaseStore, type GetOperation, type Item, type ListNamespacesOperation, type Operation, type OperationResults, type PutOperation, type SearchItem,
  type SearchOperation,
} from "@langchain/langgraph-checkpoint";
import type { Soma } from "./client.js";
import { distinctNamespaces, idOf, isMatch, itemOf, memoryOf, prefixText } from "./langgraph-items.js";
import type { Filters, Hit, Memory, StoreMemory } from "./wire.js";

export interface SomaStoreSettings {
  /** Paths of a value's texts that a query finds, where `put` names none. Default `["$"]`: all of them. */
  index?: string[];
  /** Minutes after which an item is deleted; reading it begins them anew if `refreshOnRead`. Default: never. */
  ttl?: number;
  refreshOnRead?: boolean;
}

const page = 100;

/**
 * LangGraph's store on one Soma namespace. A tuple of labels becomes part of an item's id, so any tuples share the namespace.
 * Within one batch, reads see the state before the batch's puts, and the last put of a key wins. The puts of a batch are stored whole or not at
 * all, up to 1,000; deletes follow them.
 */
export class SomaStore extends BaseStore {
  constructor(private readonly soma: Soma, private readonly settings: SomaStoreSettings = {}) {
    super();
  }

  async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results = await Promise.all(operations.map((operation) => this.read(operation)));
    await this.apply(operations.filter((operation): operation is PutOperation => "value" in operation));
    return results as OperationResults<Op>;
  }

  private read(operation: Operation): Promise<unknown> {
    if ("namespacePrefix" in operation) return this.searchItems(operation);
    if ("value" in operation) return Promise.resolve(undefined);
    if ("key" in operation) return this.getItem(operation);
    return this.listAll(operation as ListNamespacesOperation);
  }

  private async getItem({ namespace, key }: GetOperation): Promise<Item | null> {
    const coord = await idOf(namespace, key);
    const memory = await this.soma.find(coord);
    if (memory === null) return null;
    await this.refresh([coord]);
    return itemOf(memory);
  }

  private async apply(puts: PutOperation[]): Promise<void> {
    const last = new Map<string, PutOperation>();
    for (const put of puts) last.set(await idOf(put.namespace, put.key), put);
    const stores: StoreMemory[] = [];
    const deletes: string[] = [];
    for (const [coord, put] of last) {
      if (put.value === null) deletes.push(coord);
      else stores.push(memoryOf(coord, put, this.settings.index, this.settings.ttl));
    }
    if (stores.length > 0) await this.soma.storeMany(stores);
    if (deletes.length > 0) await this.soma.deleteMany({ coords: deletes });
  }

  private async searchItems(operation: SearchOperation): Promise<SearchItem[]> {
    const { offset = 0, limit = 10 } = operation;
    const wanted = offset + limit;
    const found = new Map<string, SearchItem>();
    for await (const [coord, item] of this.candidates(operation)) {
      if (found.size >= wanted) break;
      if (!found.has(coord) && isMatch(item.value, operation.filter)) found.set(coord, item);
    }
    const [coords, items] = [[...found.keys()].slice(offset), [...found.values()].slice(offset)];
    await this.refresh(coords);
    return items;
  }

  /** What the query finds, best first, and then the items that it does not, latest first and without a score. */
  private async *candidates({ namespacePrefix, filter, query }: SearchOperation): AsyncGenerator<[string, SearchItem]> {
    const filters = filtersOf(namespacePrefix, filter);
    for (let offset = 0; query; offset += page) {
      const { memories } = await this.soma.search({ query, top_k: page, offset, filters: { ...filters, "payload.indexed": true } });
      for (const hit of memories) yield [hit.coord, scored(hit)];
      if (memories.length < page) break;
    }
    for await (const memory of this.soma.list({ filters, order: "seq", desc: true, limit: page })) yield [memory.coord, itemOf(memory)];
  }

  private async listAll(operation: ListNamespacesOperation): Promise<string[][]> {
    const namespaces: string[][] = [];
    for await (const memory of this.soma.list({ filters: filtersOf([]), limit: 1000 })) namespaces.push(itemOf(memory).namespace);
    const { offset = 0, limit = 100 } = operation;
    return distinctNamespaces(namespaces, operation.matchConditions, operation.maxDepth).slice(offset, offset + limit);
  }

  private async refresh(coords: string[]): Promise<void> {
    const { ttl, refreshOnRead } = this.settings;
    if (ttl === undefined || !refreshOnRead) return;
    await Promise.all(coords.map((coord) => this.soma.patch(coord, { ttl_seconds: ttl * 60 }).catch(ignoreMissing)));
  }
}

function filtersOf(prefix: string[], filter: Record<string, unknown> = {}): Filters {
  // Only texts are compared by the service too; the rest of the filter is decided here, by the reference's own rules.
  const texts = Object.entries(filter).filter(([name, value]) => typeof value === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  return Object.fromEntries([["payload.prefixes", prefixText(prefix)], ...texts.map(([name, value]) => [`payload.value.${name}`, value])]) as Filters;
}

const scored = (hit: Hit): SearchItem => ({ ...itemOf(hit as Hit & Pick<Memory, "payload">), score: hit.score });

function ignoreMissing(error: unknown): void {
  // The item was deleted between the read and the refresh.
  if ((error as { status?: number }).status !== 404) throw error;
}
