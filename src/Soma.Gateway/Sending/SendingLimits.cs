namespace Soma.Gateway.Sending;

/// <summary>How long and how often an operation is sent.</summary>
internal sealed record SendingLimits
{
    /// <summary>How long the operation may take; no attempt goes out later.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long one attempt stands alone before the next goes out beside it.</summary>
    public required TimeSpan AttemptLimit { get; init; }

    /// <summary>How much longer an answer is waited for: a grain's own word on its deadline says more than a timer here.</summary>
    public TimeSpan Grace { get; init; }

    public int Attempts { get; init; } = int.MaxValue;
}
