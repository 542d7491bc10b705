namespace Soma.Gateway.Sending;

/// <summary>A call to a silo that is sent in one or more attempts.</summary>
internal sealed record Operation<TReply>
{
    public required Func<Attempt, Task<TReply>> Send { get; init; }

    /// <summary>Whether an attempt without a reply may have changed something. Such an attempt is never cancelled.</summary>
    public bool IsWrite { get; init; }

    /// <summary>
    /// Whether a reply holds for all attempts. A refusal that a change of the memory could lift does not: it only says that its own
    /// attempt was not applied.
    /// </summary>
    public Func<TReply, bool> SpeaksForAll { get; init; } = static _ => true;
}
