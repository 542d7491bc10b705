using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Fields;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

public sealed class SharedScanTests
{
    private readonly Random _random = new(3);

    [Theory]
    [InlineData(384, 1)]
    [InlineData(384, 16)]
    [InlineData(384, 23)]
    [InlineData(40, 6)]
    public async Task Searches_compared_together_find_what_each_finds_alone(int dimension, int searches)
    {
        var snapshot = Index(1_501, dimension);
        var requests = Enumerable.Range(0, searches).Select(i => Request(RandomUnit(dimension), isExact: i % 3 == 0)).ToArray();
        var announced = requests.Select(request => Searcher.Announce(snapshot, request, CancellationToken.None)).ToArray();
        var together = await Task.WhenAll(announced.Select(request => Task.Run(() => IndexFixture.SearchAsync(snapshot, request))));
        for (var i = 0; i < searches; i++)
        {
            Assert.Equal(await IndexFixture.SearchAsync(snapshot, requests[i]), together[i]);
        }
    }

    [Fact]
    public async Task Search_of_a_large_namespace_finds_the_same_with_the_help_of_idle_workers()
    {
        var snapshot = Index(2 * 64 * VectorBlock.ChunkSlots, 8);
        var request = Request(RandomUnit(8), isExact: false);
        var idle = new TwoHelpers();
        var announced = Searcher.Announce(snapshot, request with { Idle = idle }, CancellationToken.None);
        Assert.Equal(await IndexFixture.SearchAsync(snapshot, request), await IndexFixture.SearchAsync(snapshot, announced));
        Assert.Equal(1, idle.Most);
        Assert.Equal(2, idle.Helped);

        // A small one does not wake anybody.
        var (small, none) = (Index(1_000, 8), new TwoHelpers());
        await IndexFixture.SearchAsync(small, Searcher.Announce(small, request with { Idle = none }, CancellationToken.None));
        Assert.Equal(0, none.Helped);
    }

    [Fact]
    public async Task Searches_whose_words_and_vectors_count_find_the_same_when_compared_together()
    {
        var entries = Enumerable.Range(1, 700).Select(i => IndexFixture.Entry(i, i, $"{Word(i)} {Word(i * 7)} {Word(i * 31)}", $$"""{"session_id":{{i / 9}}}""")).ToArray();
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        Array.ForEach(entries, index.Put);
        index.Publish(1);
        index.Remove(IndexFixture.At(12));
        var snapshot = index.Publish(2);
        var requests = Enumerable.Range(0, 9).Select(i => IndexFixture.Query($"{Word(i)} {Word(i + 5)}", topK: 20) with { UseContext = i % 2 == 0 }).ToArray();
        var announced = requests.Select(request => Searcher.Announce(snapshot, request, CancellationToken.None)).ToArray();
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(await IndexFixture.SearchAsync(snapshot, requests[i]), await IndexFixture.SearchAsync(snapshot, announced[i]));
        }
    }

    [Fact]
    public async Task Long_texts_score_the_same_when_their_passages_are_compared_together()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        for (var i = 1; i <= 400; i++)
        {
            var text = string.Join(' ', Enumerable.Range(i, i % 3 == 0 ? 300 : 5).Select(word => $"{Word(word * 7)}{Word(word)} note{word % 90}."));
            index.Put(IndexFixture.Entry(i, i, "").Holding(new ContentIndexer(IndexFixture.Embedder).Prepare("{}"u8.ToArray(), text, NamespaceSettings.DefaultSequenceFields)));
        }

        var snapshot = index.Publish(400);
        Assert.True(snapshot.SegmentAt(snapshot.SegmentCount - 1).HasPassages);
        var requests = Enumerable.Range(0, 20).Select(i => IndexFixture.Query($"note{i} note{i * 3}", topK: 40)).Select((request, i) => (i % 3) switch
        {
            0 => request,
            1 => request with { TableVector = request.TextVector },
            _ => request with { TableVector = IndexFixture.VectorOf("another one") },
        }).ToArray();
        var announced = requests.Select(request => Searcher.Announce(snapshot, request, CancellationToken.None)).ToArray();
        var together = await Task.WhenAll(announced.Select(request => Task.Run(() => IndexFixture.SearchAsync(snapshot, request))));
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(await IndexFixture.SearchAsync(snapshot, requests[i]), together[i]);
        }

        Assert.Equal(announced.Select((_, i) => i % 3 < 2), announced.Select(request => request.Announced?.OfText?.Leads is not null));
    }

    [Fact]
    public void A_search_that_ended_while_it_waited_is_not_compared()
    {
        var snapshot = Index(100, 32);
        using var ended = new CancellationTokenSource();
        var first = snapshot.Scans.Announce(RandomUnit(32), AnnouncedScans.Texts, CancellationToken.None);
        var given = snapshot.Scans.Announce(RandomUnit(32), AnnouncedScans.Texts, ended.Token);
        var last = snapshot.Scans.Announce(RandomUnit(32), AnnouncedScans.Texts, CancellationToken.None);
        ended.Cancel();
        last.Run();
        Assert.Same(last.Batch, first.Batch);
        Assert.Null(given.Batch);
    }

    [Fact]
    public async Task An_exact_search_gives_the_scores_of_float32_whatever_it_scanned()
    {
        var snapshot = Index(2_000, 384);
        for (var round = 0; round < 30; round++)
        {
            var query = RandomUnit(384);
            var fast = Request(query, isExact: true);

            // Context without any sequence changes nothing, and a weight of next to nothing only asks for every score to be exact.
            var whole = fast.Asking(asked => asked with { ImportanceWeight = 1e-12 });
            Assert.False(Precision.Of(snapshot, fast).IsOfAll);
            Assert.True(Precision.Of(snapshot, whole).IsOfAll);
            var (found, expected) = (await IndexFixture.SearchAsync(snapshot, fast), await IndexFixture.SearchAsync(snapshot, whole));
            Assert.Equal(expected.Select(hit => hit.Seq), found.Select(hit => hit.Seq));
            Assert.Equal(expected.Select(hit => hit.Score), found.Select(hit => hit.Score), (left, right) => Math.Abs(left - right) < 1e-6);
        }
    }

    /// <summary>Two workers that both help before the caller goes on: one with half of the work, one with as much as it is let.</summary>
    private sealed class TwoHelpers : IIdleWorkers
    {
        public int Most { get; private set; }

        public int Helped { get; private set; }

        public void Offer(Action<Func<bool>> work, int most)
        {
            var left = 64;
            Most = most;
            work(() => left-- > 0);
            Helped++;
            Task.Run(() => work(() => left++ < 20)).Wait();
            Helped++;
        }
    }

    private static string Word(int number) => new((char)('a' + (number % 20)), 1 + (number % 3));

    private static SearchRequest Request(float[] query, bool isExact) => new()
    {
        Asked = new SearchMemories { Query = "anything", Mode = SearchMode.Vector, TopK = 10, Exact = isExact, Timeout = default },
        TextVector = query,
        Now = IndexFixture.Now,
    };

    private IndexSnapshot Index(int count, int dimension)
    {
        var index = new SearchIndex(dimension);
        for (var i = 1; i <= count; i++)
        {
            index.Put(IndexFixture.Entry(i, i, "").Holding(ContentOf(i % 50 == 0 ? null : RandomUnit(dimension))));
        }

        index.Publish(count);
        for (var i = 1; i <= count; i += 41)
        {
            index.Remove(IndexFixture.At(i));
        }

        return index.Publish(count + 1);
    }

    private static IndexedContent ContentOf(float[]? vector) => new()
    {
        HasText = true,
        Text = "",
        Terms = TermCounts.Empty,
        Vector = vector,
        Fields = FieldSet.Of("{}"u8),
        Sequence = null,
        Bytes = 0,
    };

    private float[] RandomUnit(int dimension) => UnitVector.Of([.. Enumerable.Range(0, dimension).Select(_ => _random.NextSingle() - 0.5f)]);
}
