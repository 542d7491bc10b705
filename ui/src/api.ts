import { signal } from '@preact/signals';
import { namespace, tenant } from './route.ts';
import { token, signOut } from './session.ts';

/** An answer that is no success, or none at all (`status` 0). `message` says why in words for the user. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** Until when the service asked to wait because the key's rate limit is used up; 0: nothing waits. */
export const waitingUntil = signal(0);

/** The newest seq that any answer named for the namespace that is shown. */
export const headSeq = signal<{ of: string; seq: number }>({ of: '', seq: 0 });

export const spaceName = (): string => `${tenant.value}/${namespace.value}`;

const longestWait = 60;

/**
 * Sends one request to the service that served the page. A read that is refused by the rate limit waits as long as the service says and is
 * sent again; a write is not.
 */
export async function send(path: string, call: Call = {}): Promise<Response> {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined && value !== '') {
      url.searchParams.set(name, String(value));
    }
  }

  const headers: Record<string, string> = { Authorization: `Bearer ${token.value}`, ...call.headers };
  if (namespace.value) {
    headers['X-Soma-Namespace'] = namespace.value;
  }

  if (tenant.value) {
    headers['X-Soma-Tenant'] = tenant.value;
  }

  const request: RequestInit = { method: call.method ?? 'GET', headers, signal: call.signal ?? null, cache: 'no-store' };
  if (call.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify(call.body);
  }

  const space = spaceName();
  for (;;) {
    const response = await reach(url, request);
    const isRead = request.method === 'GET' || path === '/memories/search';
    if (response.status === 429 && isRead) {
      await pause(Math.min(Number(response.headers.get('Retry-After')) || 1, longestWait), call.signal);
      continue;
    }

    if (!response.ok) {
      throw await refusalOf(response);
    }

    const seq = Number(response.headers.get('X-Soma-Seq'));
    if (seq && (headSeq.value.of !== space || seq > headSeq.value.seq)) {
      headSeq.value = { of: space, seq };
    }

    return response;
  }
}

export async function fetchJson<T>(path: string, call: Call = {}): Promise<T> {
  return JSON.parse(await (await send(path, call)).text()) as T;
}

/** The answer parsed, and its text: numbers that JavaScript would round are only exact in the text. */
export async function fetchText(path: string, call: Call = {}): Promise<string> {
  return (await send(path, call)).text();
}

export const memoryPath = (key: string): string => `/memories/${encodeURIComponent(key)}`;

/** What a failed call says to the user; null for one that was cancelled because its answer is no longer wanted. */
export function messageOf(error: unknown): string | null {
  if (error instanceof DOMException && error.name === 'AbortError') {
    return null;
  }

  return error instanceof Error ? error.message : String(error);
}

async function reach(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }

    throw new ApiError(0, 'The service cannot be reached.');
  }
}

async function refusalOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  let detail = '';
  try {
    const problem = JSON.parse(text) as { detail?: string; title?: string; errors?: { loc?: unknown[]; msg?: string }[] };
    detail = problem.detail ?? problem.title ?? '';
    const fields = (problem.errors ?? []).map(one => `${(one.loc ?? []).join('.')}: ${one.msg ?? ''}`).join('; ');
    detail = [detail, fields].filter(Boolean).join(': ');
  } catch {
    detail = text.slice(0, 200);
  }

  if (response.status === 401 || (response.status === 403 && /^Invalid token/.test(detail))) {
    signOut('The service no longer accepts this key.');
  }

  return new ApiError(response.status, `${detail || response.statusText || 'Refused'} (${response.status})`);
}

function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  waitingUntil.value = Date.now() + seconds * 1000;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waitingUntil.value = 0;
      resolve();
    }, seconds * 1000);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      waitingUntil.value = 0;
      reject(new DOMException('cancelled', 'AbortError'));
    });
  });
}
