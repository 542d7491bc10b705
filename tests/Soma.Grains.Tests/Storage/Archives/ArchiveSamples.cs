using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Tests.Storage.Archives;

/// <summary>A namespace with something in every table, and how it looks when it is read whole.</summary>
internal static class ArchiveSamples
{
    /// <summary>Versions, a deleted memory, links of which one went with it, a receipt, vectors of both kinds: head 9.</summary>
    public static async Task<TestOwner> FillAsync(ICanonicalStore store, IEmbeddingStore embeddings)
    {
        var owner = await TestOwner.TakeNewAsync(store);
        await owner.CommitAsync(owner.Batch(
            owner.PutRow(1, 1),
            owner.PutRow(2, 2, MemoryType.Semantic).With(memory => memory with { BroughtVector = [0, 0, 128, 63], By = "an agent (k1)" }),
            owner.PutRow(3, 3, MemoryType.Belief).With(memory => memory with { Text = "a\0b", Payload = "{\n \"a\" : 1 }"u8.ToArray() })) with
        {
            BroughtDimension = 1,
            LargestImportance = 1,
            Receipts = [owner.Receipt("c:one")],
        });
        await owner.CommitAsync(owner.Links(owner.Link(1, 2, 4, 0.5), owner.Link(2, 3, 5), owner.Link(1, 9, 6, type: "sees")));
        await owner.CommitAsync(owner.Puts(1));
        var delete = owner.DeleteRow(3, 8).With(memory => memory with { Version = 1 });
        await owner.CommitAsync(owner.Batch(delete));
        await owner.CommitAsync(owner.Batch(owner.PutRow(4, 9).With(memory => memory with { ExpiresAt = owner.Now })) with { AccessCounts = [(TestOwner.At(1), 5)] });
        await embeddings.BeginRefiningAsync(owner.Id, "space", default);
        await embeddings.SaveEmbeddingsAsync(owner.Id, "space", [new EmbeddingRow(7, [1, 2, 3, 4]), new EmbeddingRow(2, null)], "space", 7, default);
        return owner;
    }

    /// <summary>All rows of a namespace as text, but for the epoch of its row.</summary>
    public static async Task<IReadOnlyList<string>> DescribeAsync(ArchiveWorld world, NamespaceKey key)
    {
        await using var reader = await world.OpenReaderAsync();
        await using var snapshot = await reader.OpenAsync(key, default);
        Assert.NotNull(snapshot);
        List<string> lines = [$"{snapshot.Row with { Epoch = 0 }}", $"settings {Text(snapshot.Settings)}"];
        foreach (var table in ArchiveTables.All)
        {
            await foreach (var row in snapshot.ReadAsync(table, default))
            {
                lines.Add($"{table.Name}: {string.Join(' ', row.Select(Text))}");
            }
        }

        return lines;
    }

    /// <summary>Reads a namespace of one world and publishes it in another.</summary>
    public static async Task<PublishResult> CopyAsync(
        ArchiveWorld from, NamespaceKey key, INamespaceBuilder builder, NamespaceKey name, bool replace = false)
    {
        await using var reader = await from.OpenReaderAsync();
        await using var snapshot = await reader.OpenAsync(key, default);
        Assert.NotNull(snapshot);
        var id = await builder.BeginAsync(default);
        foreach (var table in ArchiveTables.All)
        {
            await builder.WriteAsync(id, table, snapshot.ReadAsync(table, default), default);
        }

        return await builder.PublishAsync(
            new Publication { Id = id, Key = name, Row = snapshot.Row, Replace = replace, SetsSettings = true, Settings = snapshot.Settings }, default);
    }

    private static string Text(object? value) => value switch
    {
        null => "-",
        byte[] bytes => Convert.ToHexString(bytes),
        double real => real.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}
