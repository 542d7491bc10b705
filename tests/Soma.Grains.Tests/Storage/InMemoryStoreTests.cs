using Soma.Grains.Storage;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Storage;

public sealed class InMemoryStoreTests : CanonicalStoreContract
{
    protected override ICanonicalStore Store { get; } = new InMemoryStore();
}
