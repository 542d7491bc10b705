using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

/// <summary>What every canonical store promises; run on Postgres, on SQLite and on the fake. One part file a topic.</summary>
public abstract partial class CanonicalStoreContract
{
    protected abstract ICanonicalStore Store { get; }
}
