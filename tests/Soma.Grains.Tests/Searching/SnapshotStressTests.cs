using System.Collections.Concurrent;
using System.Diagnostics;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

public sealed class SnapshotStressTests
{
    private const int Memories = 300;
    private const int LeastPublications = 600;
    private const int LeastReads = 60;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static readonly float[] ModelVector = [0, 1, 0];

    private readonly int[] _reads = new int[4];

    [Theory]
    [InlineData(TextSpace.Shared)]
    [InlineData(TextSpace.Model)]
    public async Task Readers_see_each_memory_exactly_once_by_the_vector_of_their_snapshot_while_one_writer_changes_all(TextSpace space)
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension) { UsesModels = space == TextSpace.Model };
        var expected = new ConcurrentDictionary<long, StressView>();
        expected[0] = new StressView([], []);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, _reads.Length).Select(reader => Task.Run(() => ReadAsync(index, expected, reader, done.Token))).ToArray();
        await Task.Run(() => Write(index, space, expected, () => readers.All(reader => !reader.IsFaulted) && _reads.Any(count => count < LeastReads)));
        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.All(_reads, count => Assert.True(count >= LeastReads));
    }

    // Goes on until every reader has read enough beside it: how often that is depends on the machine.
    private static void Write(SearchIndex index, TextSpace space, ConcurrentDictionary<long, StressView> expected, Func<bool> isWantedStill)
    {
        var random = new Random(3);
        var living = new SortedDictionary<int, long>();
        var refined = new HashSet<long>();
        var seq = 0L;
        var clock = Stopwatch.StartNew();
        for (var publication = 0; publication < LeastPublications || (isWantedStill() && clock.Elapsed < Deadline); publication++)
        {
            if (random.Next(2) == 0)
            {
                Refine(index, space, living, refined, random);
            }
            else
            {
                Change(index, living, random, ref seq);
            }

            expected[index.Current.Publication + 1] = new StressView([.. living.Values.Order()], [.. living.Values.Where(refined.Contains).Order()]);
            index.Publish(seq);
        }
    }

    private static void Change(SearchIndex index, SortedDictionary<int, long> living, Random random, ref long seq)
    {
        for (var changes = random.Next(1, 40); changes > 0; changes--)
        {
            var number = random.Next(Memories);
            seq++;
            if (random.Next(5) == 0)
            {
                index.Remove(IndexFixture.At(number));
                living.Remove(number);
            }
            else
            {
                index.Put(IndexFixture.Entry(number, seq, $"shared word{seq % 50}", $$"""{"session_id":{{number / 20}}}"""));
                living[number] = seq;
            }
        }
    }

    // A few of them have died or never lived: their vectors must show nowhere.
    private static void Refine(SearchIndex index, TextSpace space, SortedDictionary<int, long> living, HashSet<long> refined, Random random)
    {
        var vector = space == TextSpace.Shared ? IndexFixture.VectorOf("shared") : ModelVector;
        var batch = living.Where(_ => random.Next(5) == 0).Select(memory => new RefinedMemory(IndexFixture.At(memory.Key), memory.Value, new Refinement(vector))).ToArray();
        index.Refine(space, [.. batch, new RefinedMemory(IndexFixture.At(random.Next(Memories)), 0, new Refinement(vector))]);
        refined.UnionWith(batch.Select(memory => memory.Seq));
    }

    private async Task ReadAsync(
        SearchIndex index, ConcurrentDictionary<long, StressView> expected, int reader, CancellationToken done)
    {
        var reads = 0;
        var held = index.Current;
        while (!done.IsCancellationRequested)
        {
            // A snapshot kept for a while must stay as readable as the newest.
            var snapshot = reads % 5 == 4 ? held : index.Current;
            held = reads % 50 == 0 ? snapshot : held;
            var view = expected[snapshot.Publication];
            if (reader == 2)
            {
                var listed = await Listing.MatchingAsync(snapshot, Request(reader), IndexFixture.NoRowsAsync, CancellationToken.None);
                Assert.Equal(view.Seqs, listed.Select(memory => memory.Seq).Order());
            }
            else
            {
                var hits = await IndexFixture.SearchAsync(snapshot, Request(reader));
                Assert.Equal(view.Seqs, hits.Select(hit => hit.Seq).Order());
                Assert.Equal(reader == 0 ? [] : view.Refined, hits.Where(hit => hit.Explanation!.Text > 0.999).Select(hit => hit.Seq).Order());
            }

            reads++;
            Volatile.Write(ref _reads[reader], reads);
        }
    }

    private static SearchRequest Request(int reader) =>
        IndexFixture.Query("shared", reader == 0 ? SearchMode.Keyword : SearchMode.Hybrid).Asking(asked => asked with { Exact = reader == 3 }) with
        {
            UseContext = true,
            ModelVector = ModelVector,
        };

    /// <summary>What a publication holds, and which of it by a refined vector.</summary>
    private sealed record StressView(long[] Seqs, long[] Refined);
}
