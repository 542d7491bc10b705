import { ConnectionLost, DeadlinePassed, errorOf, ServerFault, SomaError, Unavailable, withOutcome } from "./errors.js";
import type { CallOptions, ConditionalOptions, ReadOptions, Resolved } from "./settings.js";

export interface Call {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: object;
  body?: object;
  /** A body that is sent as it is, and only once, because a stream cannot be read again. */
  stream?: BodyInit;
  headers?: Record<string, string>;
  /** A write is sent under an idempotency key, and its failures say whether it was applied. */
  isWrite?: boolean;
  /** It has no idempotency key at the service, so sent twice it would be done twice. It is sent again only if nothing was sent before. */
  isOnce?: boolean;
}

type AnyOptions = CallOptions & Partial<ReadOptions & ConditionalOptions>;

const retried = new Set([429, 502, 503, 504]);
const decided = new Set([400, 404, 409, 410, 412, 413, 415, 422, 507]);
// The errors of Node for a connection that was never made: nothing was sent.
const neverConnected = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** Sends calls: with the settings' headers, a deadline, and retries under one idempotency key. */
export class Caller {
  constructor(readonly settings: Resolved) {}

  async json<T>(call: Call, options: AnyOptions = {}): Promise<T> {
    return this.send(call, options, async (response) => {
      const text = await response.text();
      try {
        return JSON.parse(text) as T;
      } catch (cause) {
        throw new ServerFault(`The answer is not JSON: ${text.slice(0, 200)}`, { outcome: call.isWrite ? "unknown" : "not_applied", cause });
      }
    });
  }

  /** The answer as soon as its head is there. The deadline ends with the head; the signal also ends the body. */
  async open(call: Call, options: AnyOptions = {}): Promise<Response> {
    return this.send(call, options, (response) => Promise.resolve(response));
  }

  private async send<T>(call: Call, options: AnyOptions, read: (response: Response) => Promise<T>): Promise<T> {
    const until = Date.now() + (options.timeoutMs ?? this.settings.timeoutMs);
    const idempotencyKey = call.isWrite && !call.isOnce ? (options.idempotencyKey ?? randomKey()) : undefined;
    const url = this.settings.url + call.path + queryText(call.query);
    let mayBeApplied = false;
    for (let attempt = 0; ; attempt++) {
      let failure: SomaError;
      try {
        return await this.attempt(url, call, options, idempotencyKey, until, read);
      } catch (error) {
        if (!(error instanceof SomaError)) throw error;
        failure = error;
      }
      mayBeApplied = (mayBeApplied && !decided.has(failure.status ?? 0)) || failure.outcome === "unknown";
      const delay = failure.retryAfterMs ?? backOff(attempt);
      const isRepeatable = call.stream === undefined && (!call.isOnce || failure.outcome === "not_applied");
      const isFinal = !isRetried(failure) || !isRepeatable || attempt >= this.settings.retries || Date.now() + delay >= until;
      if (isFinal) throw withOutcome(failure, mayBeApplied ? "unknown" : failure.outcome);
      await sleep(delay, options.signal);
    }
  }

  private async attempt<T>(
    url: string, call: Call, options: AnyOptions, idempotencyKey: string | undefined, until: number, read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const { signal } = options;
    const headers = await this.headers(call, options, idempotencyKey);
    // After the last await: a signal that is aborted before a listener is added calls none.
    signal?.throwIfAborted();
    const body = call.stream ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const aborter = new AbortController();
    const forward = () => aborter.abort(signal?.reason);
    signal?.addEventListener("abort", forward, { once: true });
    let isLate = false;
    const timer = setTimeout(() => ((isLate = true), aborter.abort()), Math.max(0, until - Date.now()));
    const outcome = call.isWrite ? "unknown" : "not_applied";
    let isOpen = false;
    try {
      // Node sends a stream only if it is told that the answer comes after it.
      const init = { method: call.method, headers, body, signal: aborter.signal, ...(call.stream ? { duplex: "half" } : {}) };
      const response = await this.settings.fetch(url, init as RequestInit);
      if (!response.ok) throw await errorOf(response, call.isWrite ?? false, idempotencyKey);
      const result = await read(response);
      isOpen = (result as unknown) === response;
      return result;
    } catch (error) {
      if (error instanceof SomaError) throw error;
      if (signal?.aborted) throw signal.reason;
      if (isLate) throw new DeadlinePassed("The deadline passed before the answer", { outcome, idempotencyKey, cause: error });
      const cause = (error as { cause?: { code?: string } }).cause;
      if (neverConnected.has(cause?.code ?? "")) {
        throw new Unavailable(`No connection to ${this.settings.url} (${cause?.code})`, { outcome: "not_applied", idempotencyKey, cause: error });
      }
      throw new ConnectionLost(`The connection to ${this.settings.url} broke: ${String(error)}`, { outcome, idempotencyKey, cause: error });
    } finally {
      clearTimeout(timer);
      // The body of an open answer is still being read: the caller's signal must end that too.
      if (!isOpen) signal?.removeEventListener("abort", forward);
    }
  }

  private async headers(call: Call, options: AnyOptions, idempotencyKey: string | undefined): Promise<Record<string, string>> {
    const { settings } = this;
    const token = typeof settings.token === "function" ? await settings.token() : settings.token;
    return {
      accept: "application/json",
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(settings.namespace ? { "x-soma-namespace": settings.namespace } : {}),
      ...(settings.tenant ? { "x-soma-tenant": settings.tenant } : {}),
      ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
      ...(options.ifMatch === undefined ? {} : { "if-match": options.ifMatch === "*" ? "*" : `"${options.ifMatch}"` }),
      ...(options.ifNoneMatch === undefined ? {} : { "if-none-match": options.ifNoneMatch }),
      ...(options.minSeq === undefined ? {} : { "x-soma-min-seq": String(options.minSeq) }),
      ...settings.trace?.(),
      ...settings.headers,
      ...call.headers,
      ...options.headers,
    };
  }
}

const isRetried = (failure: SomaError) =>
  failure instanceof Unavailable || (failure.status !== undefined && retried.has(failure.status));

/** 100 ms, doubled up to 5 s, of which a random half is taken off: clients that failed together do not come back together. */
export const backOff = (attempt: number) => Math.min(5_000, 100 * 2 ** attempt) * (0.5 + Math.random() / 2);

export const randomKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => (clearTimeout(timer), reject(signal?.reason));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", abort), resolve()), milliseconds);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

function queryText(query: object | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) parameters.set(name, value.join(","));
    else parameters.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  const text = parameters.toString();
  return text && `?${text}`;
}
