namespace Soma.Grains.Engine.Owning;

/// <summary>What a lease check found: the epoch in the namespace's row (null: no row), and when it was asked.</summary>
public sealed record LeaseCheck(LeaseStamp Sent, long? Epoch);
