import { backOff, type Caller, sleep } from "./caller.js";
import { Gone, LogReplaced, SomaError } from "./errors.js";
import { readEvents } from "./events.js";
import type { CallOptions } from "./settings.js";
import type { Change, ChangePage, ListChangesQuery } from "./wire.js";

export interface FollowOptions extends CallOptions, Omit<ListChangesQuery, "limit" | "wait_seconds"> {
  /** false: ends after the newest change. Default true: goes on until the signal aborts or the loop is left. */
  follow?: boolean;
  /** A stream that is silent for this long is opened again. The service sends something every 15 s. Default 45,000. */
  silenceMs?: number;
}

/**
 * The changes of a namespace, in order and without a gap. A stream that breaks is opened again where it was. `after` and `log` are the place
 * up to which changes were handed out: kept together, they let another process go on there.
 */
export class ChangeFeed implements AsyncIterable<Change> {
  after: number;
  log: string | undefined;

  constructor(private readonly caller: Caller, private readonly options: FollowOptions) {
    this.after = options.after ?? 0;
    this.log = options.log;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Change> {
    yield* this.options.follow === false ? this.pages() : this.stream();
  }

  private get query(): ListChangesQuery {
    const { ops, coord, id_prefix, include } = this.options;
    return { ops, coord, id_prefix, include, after: this.after, log: this.log };
  }

  private async *pages(): AsyncGenerator<Change> {
    while (true) {
      const page = await this.caller.json<ChangePage>({ method: "GET", path: "/changes", query: { ...this.query, limit: 1000 } }, this.options)
        .catch(explain);
      this.log = page.log ?? undefined;
      for (const change of page.changes) {
        yield change;
        this.after = change.seq;
      }
      if (page.next_after <= this.after && page.changes.length === 0) return;
      this.after = page.next_after;
    }
  }

  private async *stream(): AsyncGenerator<Change> {
    const { signal, silenceMs = 45_000 } = this.options;
    for (let failures = 0; ; failures++) {
      if (failures > 0) await sleep(backOff(failures - 1), signal);
      const silence = new AbortController();
      const forward = () => silence.abort(signal?.reason);
      signal?.addEventListener("abort", forward, { once: true });
      try {
        signal?.throwIfAborted();
        const headers = { accept: "text/event-stream", "last-event-id": String(this.after) };
        const response = await this.caller.open(
          { method: "GET", path: "/changes", query: this.query, headers }, { ...this.options, signal: silence.signal });
        for await (const event of readEvents(response.body!, silenceMs)) {
          failures = 0;
          if (event.name === "reset") throw new LogReplaced("The namespace has another log", { outcome: "not_applied", status: 410 });
          if (event.name === "log") this.log = (JSON.parse(event.data) as { log: string }).log;
          else if (event.data) yield JSON.parse(event.data) as Change;
          if (event.id !== undefined) this.after = Number(event.id);
        }
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        // Whatever the service says about the request would be said again. All else is a connection that broke.
        if (error instanceof SomaError && error.status !== undefined && error.status < 500 && error.status !== 429) explain(error);
      } finally {
        signal?.removeEventListener("abort", forward);
        silence.abort();
      }
    }
  }
}

function explain(error: unknown): never {
  if (error instanceof Gone && !(error instanceof LogReplaced)) {
    throw new LogReplaced(error.message, { outcome: error.outcome, status: 410, problem: error.problem, requestId: error.requestId });
  }
  throw error;
}
