import type { FieldFault, ProblemDetails } from "./wire.js";

/** Whether what a failed call asked for was done. `unknown`: the answer was lost; send it again under the same idempotency key to learn it. */
export type Outcome = "applied" | "not_applied" | "partly_applied" | "unknown";

export interface Failure {
  outcome: Outcome;
  status?: number;
  problem?: Partial<ProblemDetails>;
  requestId?: string;
  retryAfterMs?: number;
  /** The key under which the same call can be sent again. */
  idempotencyKey?: string;
  cause?: unknown;
}

/** Every failure that this library throws, except an abort by the caller's own signal. */
export class SomaError extends Error {
  readonly outcome: Outcome;
  readonly status?: number;
  readonly problem?: Partial<ProblemDetails>;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly idempotencyKey?: string;

  constructor(message: string, failure: Failure) {
    super(message, { cause: failure.cause });
    this.name = new.target.name;
    this.outcome = failure.outcome;
    this.status = failure.status;
    this.problem = failure.problem;
    this.requestId = failure.requestId;
    this.retryAfterMs = failure.retryAfterMs;
    this.idempotencyKey = failure.idempotencyKey;
  }
}

/** 400: the key, the JSON or a header is malformed. */
export class BadRequest extends SomaError {}
/** 401: no token was sent. */
export class Unauthorized extends SomaError {}
/** 403: the token is wrong, or may not do this. */
export class Forbidden extends SomaError {}
/** 404: there is no such memory. */
export class NotFound extends SomaError {}
/** 409: the idempotency key was used for another request. */
export class Conflict extends SomaError {}
/** 410: the moment, the version's content or the log is no longer kept. */
export class Gone extends SomaError {}
/** The namespace has another log: it was deleted, restored or replaced. Forget what was built from the old one and begin at 0. */
export class LogReplaced extends Gone {}
/** 412: `ifMatch`, `ifNoneMatch` or `minSeq` does not hold. */
export class PreconditionFailed extends SomaError {}
/** 413: the body is larger than the service takes. */
export class TooLarge extends SomaError {}
/** 422: a field is unknown, missing, mistyped or out of range. */
export class Validation extends SomaError {
  get fields(): FieldFault[] {
    return this.problem?.errors ?? [];
  }
}
/** 429: too many requests; `retryAfterMs` says how long to wait. */
export class RateLimited extends SomaError {}
/** 502 or 503, or no connection: nothing answers now. */
export class Unavailable extends SomaError {}
/** The connection broke before the answer was read whole. */
export class ConnectionLost extends Unavailable {}
/** 507: a quota of the namespace or a limit of the key has no room for the write. Nothing was applied. */
export class QuotaExceeded extends SomaError {}
/** The deadline passed, here or at the service. */
export class DeadlinePassed extends SomaError {}
/** 500, or an answer that is none of this service. */
export class ServerFault extends SomaError {}

const byStatus: Record<number, typeof SomaError> = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  410: Gone,
  412: PreconditionFailed,
  413: TooLarge,
  422: Validation,
  429: RateLimited,
  502: Unavailable,
  503: Unavailable,
  504: DeadlinePassed,
  507: QuotaExceeded,
};

const classOf = (status: number) => byStatus[status] ?? (status >= 500 ? ServerFault : BadRequest);

export async function errorOf(response: Response, isWrite: boolean, idempotencyKey?: string): Promise<SomaError> {
  const { status, headers } = response;
  const text = await response.text().catch(() => "");
  let problem: Partial<ProblemDetails> = {};
  try {
    problem = JSON.parse(text) as Partial<ProblemDetails>;
  } catch {
    // A proxy answered, not the service. Its text is part of the message below.
  }
  const stated = problem.outcome as Outcome | undefined;
  // 503 and 507 of the service promise that nothing was applied. Only the service writes problems, so those of a proxy promise nothing.
  const isUndecided = status >= 500 && !((status === 503 || status === 507) && problem.detail !== undefined);
  return new (classOf(status))(`${status}: ${problem.detail ?? (text.slice(0, 200) || response.statusText)}`, {
    status,
    problem,
    idempotencyKey,
    outcome: stated ?? (isWrite && isUndecided ? "unknown" : "not_applied"),
    requestId: headers.get("x-request-id") ?? undefined,
    retryAfterMs: readRetryAfter(headers.get("retry-after")),
  });
}

/** The same failure with another outcome: an earlier attempt of the same call may have been applied. */
export function withOutcome(error: SomaError, outcome: Outcome): SomaError {
  if (error.outcome === outcome) return error;
  const { status, problem, requestId, retryAfterMs, idempotencyKey, cause } = error;
  const Class = error.constructor as typeof SomaError;
  return new Class(error.message, { status, problem, requestId, retryAfterMs, idempotencyKey, cause, outcome });
}

function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - Date.now());
}
