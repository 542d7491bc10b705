namespace Soma.Gateway.Sending;

/// <summary>What is sent, as often as it takes.</summary>
internal sealed record Operation<TReply>
{
    public required Func<Attempt, Task<TReply>> Send { get; init; }

    /// <summary>Whether an attempt that was not answered may have changed something, and so must be neither forgotten nor cancelled.</summary>
    public bool IsWrite { get; init; }

    /// <summary>
    /// Whether a reply speaks for all attempts. One that does not (a refusal that a change of the memory could lift) says only
    /// that its own attempt was not applied.
    /// </summary>
    public Func<TReply, bool> SpeaksForAll { get; init; } = static _ => true;
}
