using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

[Collection(PostgresGroup.Name)]
public sealed class PostgresStoreTests(PostgresFixture fixture) : CanonicalStoreContract
{
    protected override ICanonicalStore Store { get; } = new PostgresStore(fixture.Shared, new PostgresStoreOptions());
}
