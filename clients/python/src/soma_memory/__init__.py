"""The client of Soma, the memory service for AI agents."""
from ._async.changes import AsyncChangeFeed
from ._async.client import AsyncSoma
from ._sync.changes import ChangeFeed
from ._sync.client import Soma
from .cancellation import Cancellation
from .context import Context
from .errors import (
    BadRequest, Cancelled, Conflict, ConnectionLost, DeadlinePassed, Forbidden, Gone, LogReplaced, NotFound, Outcome, PreconditionFailed,
    QuotaExceeded, RateLimited, ServerFault, SomaError, TooLarge, Unauthorized, Unavailable, Validation,
)
from .keys import Key
from .settings import Options

__version__ = "0.1.0"

__all__ = [
    "AsyncChangeFeed", "AsyncSoma", "BadRequest", "Cancellation", "Cancelled", "ChangeFeed", "Conflict", "ConnectionLost", "Context",
    "DeadlinePassed", "Forbidden", "Gone", "Key", "LogReplaced", "NotFound", "Options", "Outcome", "PreconditionFailed", "QuotaExceeded",
    "RateLimited", "ServerFault", "Soma", "SomaError", "TooLarge", "Unauthorized", "Unavailable", "Validation",
]
