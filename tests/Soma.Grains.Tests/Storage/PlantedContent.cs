using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Sweeping;

namespace Soma.Grains.Tests.Storage;

/// <summary>
/// Memories whose payload, text and vectors hold bytes that stand nowhere else, among many others: some are purged, some expire, some are deleted,
/// some replaced. Afterwards a test looks for the bytes where the store keeps its data.
/// </summary>
internal sealed class PlantedContent(ICanonicalStore store)
{
    private const int Memories = 400;

    private TestOwner? _owner;

    /// <summary>What must not be found any more.</summary>
    public static byte[] Gone { get; } = Encoding.ASCII.GetBytes("PLANTED-AND-GONE");

    /// <summary>What must be found, or the test looks in the wrong place.</summary>
    public static byte[] Kept { get; } = Encoding.ASCII.GetBytes("PLANTED-AND-KEPT");

    /// <summary>Plants, ends in all four ways, and has everything reclaimed that a namespace without history keeps not.</summary>
    public async Task PlantAndReclaimAsync()
    {
        _owner = await TestOwner.TakeNewAsync(store);
        var ending = new Instant(_owner.Now.Microseconds + 1_000_000);
        for (var number = 1; number <= Memories; number++)
        {
            await _owner.CommitAsync(_owner.Batch(Row(number, number % 8 < 4 ? Gone : Kept).With(memory =>
                number % 8 == 1 ? memory with { ExpiresAt = ending } : memory)));
        }

        await SaveVectorsAsync();
        _owner.Now = new Instant(ending.Microseconds + 1);
        for (var number = 1; number <= Memories; number++)
        {
            CommitBatch? batch = (number % 8) switch
            {
                0 => _owner.Deletes(number) with { Purges = [TestOwner.At(number)] },
                2 => _owner.Deletes(number),
                3 => _owner.Batch(Row(number, Kept)),
                _ => null,
            };
            await _owner.CommitAsync(batch ?? _owner.Empty());
        }

        await ReclaimAsync();
    }

    private async Task ReclaimAsync()
    {
        var (sweeps, compactions, id) = ((ISweepStore)store, (ICompactionStore)store, _owner!.Id);
        var expired = (await sweeps.FindExpiredAsync(_owner.Now, 10_000, default)).Where(memory => memory.NamespaceId == id).ToList();
        Assert.Equal(Memories / 8, (await sweeps.SweepAsync(id, _owner.Now, expired, 10, default)).Memories);
        CompactionSet set;
        do
        {
            set = await compactions.FindSupersededAsync(id, _owner.Now, 0, 50, default);
            await compactions.MoveHorizonAsync(set, default);
            Assert.NotNull(await compactions.CompactAsync(set, default));
        }
        while (!set.IsLast);
        await compactions.EraseTracesAsync(default);
    }

    // Some rows lie in a page with others, some fill many pages.
    private LogRow Row(int number, byte[] mark) => _owner!.PutRow(number, _owner.Head + 1).With(memory => memory with
    {
        Payload = [.. "{\"text\":\""u8, .. Repeated(mark, 1 + (number % 7 * number % 300)), .. "\"}"u8],
        Text = Encoding.ASCII.GetString(Repeated(mark, 2)),
        BroughtVector = Repeated(mark, 24),
    });

    private async Task SaveVectorsAsync()
    {
        var embeddings = (IEmbeddingStore)store;
        await embeddings.BeginRefiningAsync(_owner!.Id, "space", default);
        await embeddings.SaveEmbeddingsAsync(
            _owner.Id, "space", [.. Enumerable.Range(1, Memories).Select(number => new EmbeddingRow(number, Repeated(number % 8 < 4 ? Gone : Kept, 96)))],
            "space", Memories, default);
    }

    private static byte[] Repeated(byte[] mark, int times) => [.. Enumerable.Repeat(mark, times).SelectMany(bytes => bytes)];
}
