namespace Soma.Testing.Qdrant;

/// <summary>A failure that a request meets.</summary>
public sealed record StubFault
{
    /// <summary>
    /// The HTTP status of the answer; null: the connection is cut, unless <see cref="SaysWaitTimeout"/>.
    /// </summary>
    public int? Status { get; private init; }

    /// <summary>The body of the answer.</summary>
    public string Body { get; private init; } = "";

    public bool IsPlainText { get; private init; }

    /// <summary>The value of <c>Retry-After</c>, in seconds.</summary>
    public int? RetryAfter { get; private init; }

    /// <summary>Whether the request is applied although it fails.</summary>
    public bool IsApplied { get; private init; }

    /// <summary>Whether the request is applied only when <see cref="QdrantStub.ApplyLate"/> is called.</summary>
    public bool IsLate { get; private init; }

    /// <summary>Whether the answer is 200 with the status <c>wait_timeout</c>.</summary>
    public bool SaysWaitTimeout { get; private init; }

    /// <summary>The request waits for this task first; null: it does not wait.</summary>
    public Task? Gate { get; private init; }

    /// <summary>An error in Qdrant's format.</summary>
    public static StubFault Error(int status, string message = "Service internal error: injected", int? retryAfter = null) =>
        new() { Status = status, Body = StubAnswer.ErrorBody(message), RetryAfter = retryAfter };

    /// <summary>An answer in plain text, as a rejected API key or a proxy gives.</summary>
    public static StubFault PlainText(int status, string text) => new() { Status = status, Body = text, IsPlainText = true };

    /// <summary>The connection is cut and the request is not applied.</summary>
    public static StubFault Cut() => new();

    /// <summary>The request is applied and the connection is cut before the answer.</summary>
    public static StubFault CutAfter() => new() { IsApplied = true };

    /// <summary>The connection is cut and the request is applied later.</summary>
    public static StubFault Late() => new() { IsLate = true };

    /// <summary>The answer is 408 and the request is applied later.</summary>
    public static StubFault LateTimeout() => Error(408, "Timeout: injected") with { IsLate = true };

    /// <summary>The answer is 200 and says that the request is not applied yet; it is applied later.</summary>
    public static StubFault WaitTimeout() => new() { IsLate = true, SaysWaitTimeout = true };

    /// <summary>The request is applied and answered as usual, after <paramref name="gate"/> has completed.</summary>
    public static StubFault Slow(Task gate) => new() { Gate = gate, IsApplied = true };

    internal bool IsAnsweredAsUsual => Gate is not null;
}
