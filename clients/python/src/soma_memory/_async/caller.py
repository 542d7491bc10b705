"""Sends calls: with the settings' headers, a deadline, and retries under one idempotency key."""
from __future__ import annotations

import contextlib
import dataclasses
import json
import secrets
import time
from collections import deque
from typing import Any, AsyncIterable, Mapping

from ..errors import Cancelled, ConnectionLost, DeadlinePassed, Outcome, ServerFault, SomaError, Unavailable, error_of
from ..message import Malformed, query_text, request_head, to_json
from ..settings import Options, Settings, back_off
from .answer import AsyncAnswer, read_head, send
from .stream import AsyncStream, DeadlineReached, pause

_RETRIED = {429, 502, 503, 504}
_DECIDED = {400, 404, 409, 410, 412, 413, 415, 422, 507}
# Servers close idle connections after some minutes; a request on one of these would be lost.
_MOST_IDLE_SECONDS = 60
_MOST_IDLE = 32
_NO_OPTIONS = Options()


@dataclasses.dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    body: Any = None
    # A body that is sent as it is, and only once, because an iterable cannot be read again.
    stream: bytes | AsyncIterable[bytes] | None = None
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    # A write is sent under an idempotency key, and its failures say whether it was applied.
    is_write: bool = False
    # It has no idempotency key at the service, so sent twice it would be done twice. It is sent again only if nothing was sent before.
    is_once: bool = False


class AsyncCaller:
    def __init__(self, settings: Settings, idle: deque[AsyncStream] | None = None) -> None:
        self.settings = settings
        self._idle: deque[AsyncStream] = deque() if idle is None else idle

    def with_settings(self, settings: Settings) -> AsyncCaller:
        """A caller of the same service, which shares the connections."""
        return AsyncCaller(settings, self._idle)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    async def json(self, call: Call, options: Options | None = None) -> Any:
        return await self._send(call, options or _NO_OPTIONS, is_open=False)

    async def open(self, call: Call, options: Options | None = None) -> AsyncAnswer:
        """The answer as soon as its head is there. The deadline ends with the head."""
        return await self._send(call, options or _NO_OPTIONS, is_open=True)

    async def _send(self, call: Call, options: Options, is_open: bool) -> Any:
        until = time.monotonic() + (self.settings.timeout if options.timeout is None else options.timeout)
        key = (options.idempotency_key or secrets.token_hex(16)) if call.is_write and not call.is_once else None
        may_be_applied = False
        attempt = 0
        while True:
            try:
                return await self._attempt(call, options, key, until, is_open)
            except SomaError as error:
                failure = error
            may_be_applied = (may_be_applied and failure.status not in _DECIDED) or failure.outcome == "unknown"
            failure.outcome = "unknown" if may_be_applied else failure.outcome
            delay = back_off(attempt) if failure.retry_after is None else failure.retry_after
            is_retried = isinstance(failure, Unavailable) or failure.status in _RETRIED
            is_repeatable = call.stream is None and (not call.is_once or failure.outcome == "not_applied")
            if not is_retried or not is_repeatable or attempt >= self.settings.retries or time.monotonic() + delay >= until:
                raise failure
            await pause(delay, options.cancellation)
            attempt += 1

    async def _attempt(self, call: Call, options: Options, key: str | None, until: float, is_open: bool) -> Any:
        outcome: Outcome = "unknown" if call.is_write else "not_applied"
        cancellation = options.cancellation
        if cancellation and cancellation.is_cancelled:
            raise Cancelled("the call was cancelled", idempotency_key=key)
        body = to_json(call.body) if call.body is not None else call.stream if call.stream is not None else b""
        head = request_head(call.method, self.settings.prefix + call.path + query_text(call.query), self._headers(call, options, key, body))
        stream = await self._stream(until, key)
        try:
            with cancellation.calling(stream.abort) if cancellation else contextlib.nullcontext():
                await send(stream, head, body, until)
                status, headers = await read_head(stream, until)
                answer = AsyncAnswer(stream, status, headers, self._release)
                if is_open and status < 300:
                    return answer
                content = await answer.read(until)
        except DeadlineReached:
            stream.close()
            raise DeadlinePassed("the deadline passed before the answer", outcome=outcome, idempotency_key=key) from None
        except (OSError, EOFError, Malformed) as error:
            stream.close()
            if cancellation and cancellation.is_cancelled:
                raise Cancelled("the call was cancelled", outcome=outcome, idempotency_key=key) from error
            raise ConnectionLost(f"the connection to {self.settings.url} broke: {error}", outcome=outcome, idempotency_key=key) from error
        except BaseException:
            # A task that is cancelled leaves an answer on its way, which nobody may take for the next one.
            stream.close()
            raise
        if status >= 300:
            raise error_of(status, headers, content, call.is_write, key)
        try:
            return json.loads(content)
        except ValueError as error:
            raise ServerFault(f"the answer is not JSON: {content[:200]!r}", outcome=outcome, idempotency_key=key) from error

    async def _stream(self, until: float, key: str | None) -> AsyncStream:
        while self._idle:
            with contextlib.suppress(IndexError):
                stream = self._idle.pop()
                if stream.is_usable and time.monotonic() - stream.last_used < _MOST_IDLE_SECONDS:
                    return stream
                stream.close()
        try:
            return await AsyncStream.connect(self.settings.address, self.settings.tls, until)
        except DeadlineReached:
            raise DeadlinePassed("the deadline passed before there was a connection", idempotency_key=key) from None
        except OSError as error:
            raise Unavailable(f"no connection to {self.settings.url}: {error}", idempotency_key=key) from error

    def _release(self, stream: AsyncStream) -> None:
        if stream.is_usable and len(self._idle) < _MOST_IDLE:
            self._idle.append(stream)
        else:
            stream.close()

    def _headers(self, call: Call, options: Options, key: str | None, body: bytes | AsyncIterable[bytes]) -> dict[str, str]:
        settings = self.settings
        token = settings.token() if callable(settings.token) else settings.token
        match = options.if_match
        named = {
            "accept": "application/json",
            "content-type": "application/json" if call.body is not None else None,
            "authorization": f"Bearer {token}" if token else None,
            "x-soma-namespace": settings.namespace,
            "x-soma-tenant": settings.tenant,
            "idempotency-key": key,
            "if-match": None if match is None else "*" if match == "*" else f'"{match}"',
            "if-none-match": options.if_none_match,
            "x-soma-min-seq": None if options.min_seq is None else str(options.min_seq),
        }
        headers = {name: value for name, value in named.items() if value}
        for more in (settings.trace() if settings.trace else {}, settings.headers, call.headers, options.headers or {}):
            headers.update({name.lower(): value for name, value in more.items()})
        headers["host"] = settings.host
        if not isinstance(body, bytes):
            headers["transfer-encoding"] = "chunked"
        elif body or call.method != "GET":
            headers["content-length"] = str(len(body))
        return headers
