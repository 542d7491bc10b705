/** What a client is made with. What is left out comes from the environment, else from the default. */
export interface SomaSettings {
  /** `SOMA_URL`; default `http://127.0.0.1:9595`. */
  url?: string | URL;
  /** An access key or token, `SOMA_API_KEY` or `SOMA_API_TOKEN`. A function is asked before every attempt, e.g. for a JWT that expires. */
  token?: string | (() => string | Promise<string>);
  /** `SOMA_NAMESPACE`; default: the service's own default. */
  namespace?: string;
  tenant?: string;
  /** How long a call may take, retries included. Default 60,000. */
  timeoutMs?: number;
  /** How often a call is sent again after 429, 502, 503, 504 or a broken connection. Default 5. */
  retries?: number;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /**
   * Asked before every attempt for the headers of the current trace, e.g. with OpenTelemetry
   * `() => { const headers = {}; propagation.inject(context.active(), headers); return headers; }`.
   */
  trace?: () => Record<string, string>;
  /** Instead of the global `fetch`. */
  fetch?: typeof fetch;
}

/** What one call may say in addition. */
export interface CallOptions {
  signal?: AbortSignal;
  timeoutMs?: number;
  headers?: Record<string, string>;
}

export interface ReadOptions extends CallOptions {
  /** The answer must contain the write with this seq. */
  minSeq?: number;
}

export interface WriteOptions extends CallOptions {
  /** Default: a random one, made once per call and sent with each of its attempts. */
  idempotencyKey?: string;
}

export interface ConditionalOptions extends WriteOptions {
  /** The memory's latest write must have this seq; `*`: the memory must exist. */
  ifMatch?: number | "*";
  /** `*`: the memory must not exist. */
  ifNoneMatch?: "*";
}

export interface Resolved extends SomaSettings {
  url: string;
  timeoutMs: number;
  retries: number;
  fetch: typeof fetch;
}

export function resolve(settings: SomaSettings): Resolved {
  return {
    ...settings,
    url: String(settings.url ?? fromEnvironment("SOMA_URL") ?? "http://127.0.0.1:9595").replace(/\/+$/, ""),
    token: settings.token ?? fromEnvironment("SOMA_API_KEY") ?? fromEnvironment("SOMA_API_TOKEN"),
    namespace: settings.namespace ?? fromEnvironment("SOMA_NAMESPACE"),
    timeoutMs: settings.timeoutMs ?? 60_000,
    retries: settings.retries ?? 5,
    // The global one is looked up at each call, so that a test or a tracer may replace it later.
    fetch: settings.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
}

interface HostWithEnvironment {
  process?: { env?: Record<string, string | undefined> };
  Deno?: { env: { get(name: string): string | undefined } };
}

function fromEnvironment(name: string): string | undefined {
  const host = globalThis as HostWithEnvironment;
  try {
    return (host.Deno ? host.Deno.env.get(name) : host.process?.env?.[name]) || undefined;
  } catch {
    // Deno without permission to read the variable: as if it were not set.
    return undefined;
  }
}
