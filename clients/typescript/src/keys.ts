import type { Caller } from "./caller.js";
import { pages } from "./pages.js";
import type { CallOptions } from "./settings.js";
import type { KeyPage, KeyRevoked, KeyView, ListKeysQuery, MakeKey } from "./wire.js";

/** Access keys: what each agent or service may do, and where. It needs the root token, or a key with the scope `admin`. */
export class Keys {
  constructor(private readonly caller: Caller) {}

  /** The answer's `key` is the token, which nothing shows again. If the answer is lost, the key is there, without anyone who knows its token. */
  make(key: MakeKey, options?: CallOptions): Promise<KeyView> {
    return this.caller.json({ method: "POST", path: "/keys", body: key, isWrite: true, isOnce: true }, options);
  }

  list(query: ListKeysQuery = {}, options?: CallOptions): AsyncIterable<KeyView> {
    return pages((cursor) => this.caller.json<KeyPage>({ method: "GET", path: "/keys", query: { cursor, ...query } }, options), (page) => page.keys);
  }

  /** Gives the key another token; the one before goes on working for `overlap_seconds`. */
  rotate(id: string, overlap_seconds: number, options?: CallOptions): Promise<KeyView> {
    const path = `/keys/${encodeURIComponent(id)}/rotate`;
    return this.caller.json({ method: "POST", path, body: { overlap_seconds }, isWrite: true, isOnce: true }, options);
  }

  /** Every gateway refuses the key within 5 seconds. */
  revoke(id: string, options?: CallOptions): Promise<KeyRevoked> {
    return this.caller.json({ method: "DELETE", path: `/keys/${encodeURIComponent(id)}` }, options);
  }
}
