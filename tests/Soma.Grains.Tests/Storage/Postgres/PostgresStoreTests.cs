using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

[Collection(PostgresGroup.Name)]
public sealed class PostgresStoreTests(PostgresFixture fixture) : CanonicalStoreContract
{
    protected override ICanonicalStore Store { get; } = new PostgresStore(fixture.Shared, PatientPostgres.Options);

    [Fact]
    public async Task No_byte_of_what_was_purged_expired_deleted_or_replaced_is_left_in_any_column()
    {
        await new PlantedContent(Store).PlantAndReclaimAsync();

        var kept = 0L;
        foreach (var table in new[] { "namespaces", "log", "memories", "links", "embeddings", "receipts", "index_cursor", "vector_cursor" })
        {
            Assert.Equal(0, await CountAsync(table, PlantedContent.Gone));
            kept += await CountAsync(table, PlantedContent.Kept);
        }

        Assert.True(kept > 0);
    }

    /// <summary>Rows of a table with these bytes in some column; a row as text shows bytes as hexadecimal digits.</summary>
    private async Task<long> CountAsync(string table, byte[] bytes)
    {
        await using var command = fixture.Shared.CreateCommand(
            $"SELECT count(*) FROM soma.{table} t WHERE strpos(t::text, '{Convert.ToHexStringLower(bytes)}') > 0 OR strpos(t::text, '{System.Text.Encoding.ASCII.GetString(bytes)}') > 0");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
