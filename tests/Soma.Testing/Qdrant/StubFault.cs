namespace Soma.Testing.Qdrant;

/// <summary>What happens to a request instead of what it asked for.</summary>
public sealed record StubFault
{
    /// <summary>The status it is answered with; null: the connection is cut, or see <see cref="SaysWaitTimeout"/>.</summary>
    public int? Status { get; private init; }

    /// <summary>The answer's body, as it is.</summary>
    public string Body { get; private init; } = "";

    public bool IsPlainText { get; private init; }

    /// <summary>Seconds, sent as <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; private init; }

    /// <summary>Whether it is done all the same, before it is answered like this.</summary>
    public bool IsApplied { get; private init; }

    /// <summary>Whether it is done only when <see cref="QdrantStub.ApplyLate"/> is called.</summary>
    public bool IsLate { get; private init; }

    /// <summary>Whether it is answered 200 with the status <c>wait_timeout</c>.</summary>
    public bool SaysWaitTimeout { get; private init; }

    /// <summary>Waited for before anything is done; null: at once.</summary>
    public Task? Gate { get; private init; }

    /// <summary>An error in Qdrant's own form.</summary>
    public static StubFault Error(int status, string message = "Service internal error: injected", int? retryAfter = null) =>
        new() { Status = status, Body = StubAnswer.ErrorBody(message), RetryAfter = retryAfter };

    /// <summary>An answer in plain text, as of a refused key or of a proxy.</summary>
    public static StubFault PlainText(int status, string text) => new() { Status = status, Body = text, IsPlainText = true };

    /// <summary>The connection is cut, and nothing was done.</summary>
    public static StubFault Cut() => new();

    /// <summary>It is done, and the connection is cut before the answer.</summary>
    public static StubFault CutAfter() => new() { IsApplied = true };

    /// <summary>The connection is cut, and the request is done later.</summary>
    public static StubFault Late() => new() { IsLate = true };

    /// <summary>408, and the request is done later.</summary>
    public static StubFault LateTimeout() => Error(408, "Timeout: injected") with { IsLate = true };

    /// <summary>200 that says it is not done yet; done later.</summary>
    public static StubFault WaitTimeout() => new() { IsLate = true, SaysWaitTimeout = true };

    /// <summary>Done and answered as usual, once <paramref name="gate"/> ends.</summary>
    public static StubFault Slow(Task gate) => new() { Gate = gate, IsApplied = true };

    internal bool IsAnsweredAsUsual => Gate is not null;
}
