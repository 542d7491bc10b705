"""Every failure that this library raises, as types."""
from __future__ import annotations

import datetime
import email.utils
import json
from typing import Any, Literal, Mapping

from .wire import FieldFault

Outcome = Literal["applied", "not_applied", "partly_applied", "unknown"]


class SomaError(Exception):
    """The base of all failures.

    ``outcome`` says whether what the call asked for was done. ``unknown``: the answer was lost; send it again under the same
    ``idempotency_key`` to learn it.
    """

    def __init__(
        self, message: str, *, outcome: Outcome = "not_applied", status: int | None = None, problem: Mapping[str, Any] | None = None,
        request_id: str | None = None, retry_after: float | None = None, idempotency_key: str | None = None,
    ) -> None:
        super().__init__(message)
        self.outcome: Outcome = outcome
        self.status = status
        self.problem: Mapping[str, Any] = problem or {}
        self.request_id = request_id
        self.retry_after = retry_after
        self.idempotency_key = idempotency_key


class BadRequest(SomaError):
    """400: the key, the JSON or a header is malformed."""


class Unauthorized(SomaError):
    """401: no token was sent."""


class Forbidden(SomaError):
    """403: the token is wrong, or may not do this."""


class NotFound(SomaError):
    """404: there is no such memory."""


class Conflict(SomaError):
    """409: the idempotency key was used for another request."""


class Gone(SomaError):
    """410: the moment, the version's content or the log is no longer kept."""


class LogReplaced(Gone):
    """The namespace has another log: it was deleted, restored or replaced. Forget what was built from the old one and begin at 0."""


class PreconditionFailed(SomaError):
    """412: ``if_match``, ``if_none_match`` or ``min_seq`` does not hold."""


class TooLarge(SomaError):
    """413: the body is larger than the service takes."""


class Validation(SomaError):
    """422: a field is unknown, missing, mistyped or out of range."""

    @property
    def fields(self) -> list[FieldFault]:
        return list(self.problem.get("errors") or [])


class RateLimited(SomaError):
    """429: too many requests; ``retry_after`` says how many seconds to wait."""


class Unavailable(SomaError):
    """502 or 503, or no connection: nothing answers now."""


class ConnectionLost(Unavailable):
    """The connection broke before the answer was read whole."""


class QuotaExceeded(SomaError):
    """507: a quota of the namespace or a limit of the key has no room for the write. Nothing was applied."""


class DeadlinePassed(SomaError):
    """The deadline passed, here or at the service."""


class ServerFault(SomaError):
    """500, or an answer that is none of this service."""


class Cancelled(SomaError):
    """The call's ``Cancellation`` was cancelled."""


_BY_STATUS: dict[int, type[SomaError]] = {
    400: BadRequest, 401: Unauthorized, 403: Forbidden, 404: NotFound, 409: Conflict, 410: Gone, 412: PreconditionFailed, 413: TooLarge,
    422: Validation, 429: RateLimited, 502: Unavailable, 503: Unavailable, 504: DeadlinePassed,
    507: QuotaExceeded,
}


def error_of(status: int, headers: Mapping[str, str], body: bytes, is_write: bool, idempotency_key: str | None) -> SomaError:
    problem: dict[str, Any] = {}
    try:
        parsed = json.loads(body)
        problem = parsed if isinstance(parsed, dict) else {}
    except ValueError:
        pass  # A proxy answered, not the service. Its text is part of the message below.
    # 503 and 507 of the service promise that nothing was applied. Only the service writes problems, so those of a proxy promise nothing.
    is_undecided = status >= 500 and not (status in (503, 507) and "detail" in problem)
    kind = _BY_STATUS.get(status, ServerFault if status >= 500 else BadRequest)
    return kind(
        f"{status}: {problem.get('detail') or body[:200].decode(errors='replace')}",
        outcome=problem.get("outcome") or ("unknown" if is_write and is_undecided else "not_applied"),
        status=status, problem=problem, request_id=headers.get("x-request-id"),
        retry_after=_read_retry_after(headers.get("retry-after")), idempotency_key=idempotency_key,
    )


def _read_retry_after(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
