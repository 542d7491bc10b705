namespace Soma.Client;

/// <summary>400: the key, the JSON or a header is malformed.</summary>
public sealed class SomaBadRequestException : SomaException
{
    internal SomaBadRequestException(Failure failure) : base(failure)
    {
    }
}

/// <summary>401: no token was sent.</summary>
public sealed class SomaUnauthorizedException : SomaException
{
    internal SomaUnauthorizedException(Failure failure) : base(failure)
    {
    }
}

/// <summary>403: the token is wrong, or may not do this.</summary>
public sealed class SomaForbiddenException : SomaException
{
    internal SomaForbiddenException(Failure failure) : base(failure)
    {
    }
}

/// <summary>404: there is no such memory.</summary>
public sealed class SomaNotFoundException : SomaException
{
    internal SomaNotFoundException(Failure failure) : base(failure)
    {
    }
}

/// <summary>409: the idempotency key was used for another request.</summary>
public sealed class SomaConflictException : SomaException
{
    internal SomaConflictException(Failure failure) : base(failure)
    {
    }
}

/// <summary>410: the moment, the version's content or the log is no longer kept.</summary>
public class SomaGoneException : SomaException
{
    internal SomaGoneException(Failure failure) : base(failure)
    {
    }
}

/// <summary>The namespace has another log: it was deleted, restored or replaced. Forget what was built from the old one and begin at 0.</summary>
public sealed class SomaLogReplacedException : SomaGoneException
{
    internal SomaLogReplacedException(Failure failure) : base(failure)
    {
    }
}

/// <summary>412: a condition of the call, or its MinSeq, does not hold.</summary>
public sealed class SomaPreconditionFailedException : SomaException
{
    internal SomaPreconditionFailedException(Failure failure) : base(failure)
    {
    }
}

/// <summary>413: the body is larger than the service takes.</summary>
public sealed class SomaTooLargeException : SomaException
{
    internal SomaTooLargeException(Failure failure) : base(failure)
    {
    }
}

/// <summary>422: a field is unknown, missing, mistyped or out of range.</summary>
public sealed class SomaValidationException : SomaException
{
    internal SomaValidationException(Failure failure) : base(failure)
    {
    }

    /// <summary>The fields at fault.</summary>
    public IReadOnlyList<FieldFault> Fields => Problem?.Errors ?? [];
}

/// <summary>429: too many requests; <see cref="SomaException.RetryAfter"/> says how long to wait.</summary>
public sealed class SomaRateLimitedException : SomaException
{
    internal SomaRateLimitedException(Failure failure) : base(failure)
    {
    }
}

/// <summary>502 or 503, or no connection: nothing answers now.</summary>
public class SomaUnavailableException : SomaException
{
    internal SomaUnavailableException(Failure failure) : base(failure)
    {
    }
}

/// <summary>The connection broke before the answer was read whole.</summary>
public sealed class SomaConnectionLostException : SomaUnavailableException
{
    internal SomaConnectionLostException(Failure failure) : base(failure)
    {
    }
}

/// <summary>The deadline passed, here or at the service.</summary>
public sealed class SomaDeadlinePassedException : SomaException
{
    internal SomaDeadlinePassedException(Failure failure) : base(failure)
    {
    }
}

/// <summary>507: a quota of the namespace or a limit of the key would be exceeded.</summary>
public sealed class SomaQuotaExceededException : SomaException
{
    internal SomaQuotaExceededException(Failure failure) : base(failure)
    {
    }
}

/// <summary>500, or an answer that is none of this service.</summary>
public sealed class SomaServerException : SomaException
{
    internal SomaServerException(Failure failure) : base(failure)
    {
    }
}
