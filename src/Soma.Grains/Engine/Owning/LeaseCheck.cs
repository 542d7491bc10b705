using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Owning;

/// <summary>What a lease check found in the namespace's row (null: no row), and when it was asked.</summary>
public sealed record LeaseCheck(LeaseStamp Sent, NamespaceEpoch? Found);
