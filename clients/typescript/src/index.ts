export { ChangeFeed, type FollowOptions } from "./changes.js";
export { Soma } from "./client.js";
export { Context, type ContextOptions } from "./context.js";
export {
  BadRequest, Conflict, ConnectionLost, DeadlinePassed, type Failure, Forbidden, Gone, LogReplaced, NotFound, type Outcome, PreconditionFailed,
  QuotaExceeded, RateLimited, ServerFault, SomaError, TooLarge, Unauthorized, Unavailable, Validation,
} from "./errors.js";
export type { Key } from "./key.js";
export type { Keys } from "./keys.js";
export type { Namespaces } from "./namespaces.js";
export type { CallOptions, ConditionalOptions, ReadOptions, SomaSettings, WriteOptions } from "./settings.js";
export type * from "./wire.js";
