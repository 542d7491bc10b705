using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

public sealed class SearchIndexTests
{
    private static readonly string[] Words = ["tea", "milk", "garden", "boat", "violin", "harbor", "winter", "bread", "cloud", "tiger"];

    private static readonly Gen<(int Number, string? Text, bool Publish)> Change = Gen.Select(
        Gen.Int[0, 40],
        Gen.OneOf(
            Gen.Const((string?)null),
            Gen.OneOf(Words).Array[0, 8].Select(words => (string?)string.Join(' ', words)),
            Gen.OneOf(Words).Array[1, 3].Select(words => (string?)string.Join(' ', words))),
        Gen.Bool);

    [Fact]
    public Task Words_score_as_the_formula_says_after_any_overwrites_and_deletes() =>
        Gen.Select(Change.Array[1, 200], Gen.OneOf(Words).Array[1, 3]).SampleAsync(
            async (changes, query) =>
            {
                var (index, living) = Apply(changes);
                var hits = await IndexFixture.SearchAsync(index.Current, IndexFixture.Query(string.Join(' ', query), SearchMode.Keyword));
                var expected = ExpectedScores(living, query);
                Assert.Equal(expected.Keys.Order(), hits.Select(hit => hit.Coordinate).Order());
                Assert.All(hits, hit => Assert.Equal(expected[hit.Coordinate], hit.Explanation!.Keyword!.Value, 1e-4));
            },
            iter: 150);

    [Fact]
    public Task Vectors_score_by_cosine_after_any_overwrites_and_deletes() =>
        Gen.Select(Change.Array[1, 200], Gen.OneOf(Words)).SampleAsync(
            async (changes, query) =>
            {
                var (index, living) = Apply(changes);
                var hits = await IndexFixture.SearchAsync(index.Current, IndexFixture.Query(query, SearchMode.Vector));
                var expected = living.Where(memory => memory.Value.Length > 0)
                    .ToDictionary(memory => IndexFixture.At(memory.Key), memory => Cosine(memory.Value, query));
                var positive = expected.Where(memory => memory.Value > 0).Select(memory => memory.Key).Order();
                Assert.Equal(positive.Any() ? positive : expected.Keys.Order(), hits.Select(hit => hit.Coordinate).Order());
                Assert.All(hits, hit => Assert.Equal(expected[hit.Coordinate], hit.Explanation!.Text!.Value, 1e-5));
                Assert.Equal(hits.Select(hit => hit.Score).OrderDescending(), hits.Select(hit => hit.Score));
            },
            iter: 150);

    [Fact]
    public async Task Expired_memories_give_their_slots_back_and_one_that_was_written_again_stays()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        var end = new Instant(50);
        index.Put(IndexFixture.Entry(1, 1, "tea").With(row => row with { ExpiresAt = end }));
        index.Put(IndexFixture.Entry(2, 2, "tea").With(row => row with { ExpiresAt = end }));
        index.Put(IndexFixture.Entry(2, 3, "tea"));
        index.Put(IndexFixture.Entry(3, 4, "tea").With(row => row with { ExpiresAt = new Instant(51) }));
        index.CompleteLoading();
        index.Publish(4);

        Assert.False(index.RemoveExpired(new Instant(49)));
        Assert.True(index.RemoveExpired(end));
        Assert.Equal(3, index.Current.Count);
        index.Publish(4);

        Assert.Equal((2, 2), (index.Current.Count, index.Current.TextCount));
        Assert.Equal([3L, 4L], (await IndexFixture.SearchAsync(index.Current, IndexFixture.Query("tea") with { Now = end })).Select(hit => hit.Seq).Order());
    }

    [Fact]
    public void Memory_that_expires_and_is_written_again_and_again_does_not_make_the_index_grow()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        var entry = IndexFixture.Entry(1, 1, "tea").With(row => row with { ExpiresAt = new Instant(long.MaxValue - 1) });
        var bytes = 0L;
        for (var seq = 1; seq <= 20_000; seq++)
        {
            index.Put(entry.With(row => row with { Seq = seq }));
            index.Publish(seq);
            bytes = seq == 5_000 ? index.Bytes : bytes;
        }

        Assert.True(index.Bytes < 2 * bytes, $"{bytes} bytes became {index.Bytes}");
    }

    [Fact]
    public async Task A_change_is_seen_only_once_published_and_an_old_snapshot_stays_as_it_was()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.Put(IndexFixture.Entry(1, 1, "tea"));
        var first = index.Publish(1);
        index.Put(IndexFixture.Entry(1, 2, "milk"));
        index.Put(IndexFixture.Entry(2, 3, "tea"));
        Assert.Equal([1L], await SeqsAsync(index.Current));
        var second = index.Publish(3);
        index.Remove(IndexFixture.At(2));
        index.Publish(4);
        Assert.Equal([1L], await SeqsAsync(first));
        Assert.Equal([2L, 3L], await SeqsAsync(second));
        Assert.Equal([2L], await SeqsAsync(index.Current));
    }

    [Fact]
    public async Task Rows_loaded_late_never_undo_what_was_written_meanwhile()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.Put(IndexFixture.Entry(1, 10, "new"));
        index.Remove(IndexFixture.At(2));
        index.AddLoaded(IndexFixture.Loaded(
            IndexFixture.Entry(3, 9, "loaded"), IndexFixture.Entry(2, 8, "removed since"), IndexFixture.Entry(1, 7, "overwritten since")));
        Assert.False(index.Publish(11).IsComplete);
        index.CompleteLoading();
        Assert.True(index.Publish(11).IsComplete);
        Assert.Equal([9L, 10L], await SeqsAsync(index.Current));
    }

    [Fact]
    public async Task Overwriting_forever_keeps_memory_bounded_and_old_snapshots_readable()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        var bytes = new List<long>();
        IndexSnapshot? old = null;
        for (var seq = 1; seq <= 12_000; seq++)
        {
            index.Put(IndexFixture.Entry(seq % 100, seq, $"tea {Words[seq % Words.Length]}", createdSeq: (seq % 100) + 1));
            index.Publish(seq);
            old = seq == 1_000 ? index.Current : old;
            if (seq >= 1_000)
            {
                bytes.Add(index.Bytes);
            }
        }

        Assert.True(bytes.Max() < 3 * bytes.Min(), $"{bytes.Min()} to {bytes.Max()}");
        Assert.Equal(Enumerable.Range(11_901, 100).Select(seq => (long)seq), await SeqsAsync(index.Current));
        Assert.Equal(Enumerable.Range(901, 100).Select(seq => (long)seq), await SeqsAsync(old!));
        Assert.Equal(100, (await IndexFixture.SearchAsync(old!, IndexFixture.Query("tea", SearchMode.Keyword))).Count);
    }

    [Fact]
    public async Task Deleting_everything_leaves_an_empty_index_that_can_be_filled_again()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        for (var seq = 1; seq <= 500; seq++)
        {
            index.Put(IndexFixture.Entry(seq, seq, "tea"));
        }

        index.Publish(500);
        Enumerable.Range(1, 500).ToList().ForEach(number => index.Remove(IndexFixture.At(number)));
        index.Publish(1000);
        Assert.Empty(await SeqsAsync(index.Current));
        index.Put(IndexFixture.Entry(1, 1001, "tea"));
        index.Publish(1001);
        Assert.Equal([1001L], await SeqsAsync(index.Current));
    }

    private static async Task<IEnumerable<long>> SeqsAsync(IndexSnapshot snapshot) =>
        (await Listing.MatchingAsync(snapshot, new SearchScope { Now = IndexFixture.Now }, IndexFixture.NoRowsAsync, CancellationToken.None))
            .Select(memory => memory.Seq).Order();

    private static (SearchIndex Index, Dictionary<int, string> Living) Apply((int Number, string? Text, bool Publish)[] changes)
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        var living = new Dictionary<int, string>();
        for (var i = 0; i < changes.Length; i++)
        {
            var (number, text, publish) = changes[i];
            living.Remove(number);
            if (text is null)
            {
                index.Remove(IndexFixture.At(number));
            }
            else
            {
                // An explicit text must not be blank, so an empty one comes from a payload without words.
                index.Put(IndexFixture.Entry(number, i + 1, text));
                living.Add(number, text);
            }

            if (publish)
            {
                index.Publish(i + 1);
            }
        }

        index.Publish(changes.Length);
        return (index, living);
    }

    private static Dictionary<Coordinate, double> ExpectedScores(Dictionary<int, string> living, string[] query)
    {
        var texts = living.Where(memory => memory.Value.Length > 0).ToDictionary(
            memory => IndexFixture.At(memory.Key), memory => memory.Value.Split(' ').Select(Stem).ToArray());
        var mean = texts.Count == 0 ? 1 : texts.Values.Average(words => words.Length);
        var scores = new Dictionary<Coordinate, double>();
        foreach (var word in query.Select(Stem))
        {
            var frequency = texts.Values.Count(words => words.Contains(word));
            var idf = Math.Log(1 + ((texts.Count - frequency + 0.5) / (frequency + 0.5)));
            foreach (var (coordinate, words) in texts.Where(text => text.Value.Contains(word)))
            {
                var tf = words.Count(one => one == word);
                var norm = Bm25.K1 * (words.Length + Bm25.LengthPrior) / (mean + Bm25.LengthPrior);
                scores[coordinate] = scores.GetValueOrDefault(coordinate) + (idf * tf * (Bm25.K1 + 1) / (tf + norm));
            }
        }

        return scores;
    }

    private static string Stem(string word) => TermCounts.Of(word).Terms.Single().Term;

    private static double Cosine(string left, string right) =>
        IndexFixture.VectorOf(left)!.Zip(IndexFixture.VectorOf(right)!, (x, y) => x * y).Sum();
}
