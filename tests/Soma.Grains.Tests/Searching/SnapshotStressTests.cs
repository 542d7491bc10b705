using System.Collections.Concurrent;
using System.Diagnostics;
using Soma.Grains.Engine.Searching;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Searching;

public sealed class SnapshotStressTests
{
    private const int Memories = 300;
    private const int LeastPublications = 600;
    private const int LeastReads = 60;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly int[] _reads = new int[3];

    [Fact]
    public async Task Readers_see_each_memory_exactly_once_while_one_writer_overwrites_deletes_and_rewrites()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        var expected = new ConcurrentDictionary<long, long[]>();
        expected[0] = [];
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, _reads.Length).Select(reader => Task.Run(() => ReadAsync(index, expected, reader, done.Token))).ToArray();
        await Task.Run(() => Write(index, expected, () => readers.All(reader => !reader.IsFaulted) && _reads.Any(count => count < LeastReads)));
        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.All(_reads, count => Assert.True(count >= LeastReads));
    }

    // Goes on until every reader has read enough beside it: how often that is depends on the machine.
    private static void Write(SearchIndex index, ConcurrentDictionary<long, long[]> expected, Func<bool> isWantedStill)
    {
        var random = new Random(3);
        var living = new SortedDictionary<int, long>();
        var seq = 0L;
        var clock = Stopwatch.StartNew();
        for (var publication = 0; publication < LeastPublications || (isWantedStill() && clock.Elapsed < Deadline); publication++)
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

            expected[seq] = [.. living.Values.Order()];
            index.Publish(seq);
        }
    }

    private async Task ReadAsync(
        SearchIndex index, ConcurrentDictionary<long, long[]> expected, int reader, CancellationToken done)
    {
        var reads = 0;
        var held = index.Current;
        while (!done.IsCancellationRequested)
        {
            // A snapshot kept for a while must stay as readable as the newest.
            var snapshot = reads % 5 == 4 ? held : index.Current;
            held = reads % 50 == 0 ? snapshot : held;
            Assert.Equal(expected[snapshot.Seq], await SeqsAsync(snapshot, reader));
            reads++;
            Volatile.Write(ref _reads[reader], reads);
        }
    }

    private static async Task<IEnumerable<long>> SeqsAsync(IndexSnapshot snapshot, int reader)
    {
        var request = IndexFixture.Query("shared", reader == 0 ? SearchMode.Keyword : SearchMode.Hybrid) with { UseContext = true };
        var hits = reader == 2
            ? (await Listing.MatchingAsync(snapshot, request, IndexFixture.NoRowsAsync, CancellationToken.None)).Select(memory => memory.Seq)
            : (await IndexFixture.SearchAsync(snapshot, request)).Select(hit => hit.Seq);
        return hits.Order();
    }
}
