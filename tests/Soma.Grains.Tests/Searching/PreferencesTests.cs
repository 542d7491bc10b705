using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Searching;

public sealed class PreferencesTests
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);
    private static readonly SearchRequest Tea = IndexFixture.Query("tea") with { RecencyHalfLife = HalfLife };

    [Fact]
    public async Task Recency_brings_newer_memories_forward_and_halves_with_the_half_life()
    {
        var snapshot = Index(Aged(1, 40), Aged(2, 0), Aged(3, 10), Aged(4, 20));
        Assert.Equal([1, 2, 3, 4], await OrderAsync(snapshot, Tea));
        Assert.Equal([2, 3, 4, 1], await OrderAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 0.1 })));
        var hits = await IndexFixture.SearchAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 0.5 }));
        Assert.Equal([1, 0.5, 0.25, 0.0625], hits.Select(hit => Math.Round(hit.Explanation!.Recency!.Value, 6)));
        Assert.All(hits, hit => Assert.Equal((1 + (0.5 * hit.Explanation!.Recency!.Value)) / 1.5, hit.Score, 1e-5));
        Assert.All(hits, hit => Assert.Null(hit.Explanation!.Importance));
    }

    [Fact]
    public async Task Importance_counts_against_the_largest_among_the_candidates()
    {
        var snapshot = Index(
            IndexFixture.Entry(1, 1, "tea", importance: -3), IndexFixture.Entry(2, 2, "tea", importance: 2),
            IndexFixture.Entry(3, 3, "tea", importance: 4), IndexFixture.Entry(4, 4, "tea", importance: 100).With(row => row with { Type = MemoryType.Belief }));
        var hits = await IndexFixture.SearchAsync(snapshot, Tea.Asking(asked => asked with { ImportanceWeight = 1, Type = MemoryType.Episodic }));
        Assert.Equal([3L, 2L, 1L], hits.Select(hit => hit.Seq));
        Assert.Equal([1, 0.5, 0], hits.Select(hit => hit.Explanation!.Importance!.Value));
        Assert.Equal([1, 0.75, 0.5], hits.Select(hit => Math.Round(hit.Score, 5)));
        Assert.All(hits, hit => Assert.Null(hit.Explanation!.Recency));
    }

    [Fact]
    public async Task Without_weight_nothing_is_preferred_and_nothing_explained()
    {
        var snapshot = Index(Aged(1, 1000, importance: 0), Aged(2, 0, importance: 9));
        var hits = await IndexFixture.SearchAsync(snapshot, Tea);
        Assert.Equal([1L, 2L], hits.Select(hit => hit.Seq));
        Assert.All(hits, hit => Assert.Equal((1d, null, null), (hit.Score, hit.Explanation!.Recency, hit.Explanation.Importance)));
    }

    [Fact]
    public async Task Preference_and_evidence_are_weighed_against_each_other()
    {
        // The better text is old and unimportant.
        var snapshot = Index(Aged(1, 1000, importance: 0), Aged(2, 0, importance: 5, text: "tea and much else beside it, bread, boats, harbours"), Aged(3, 1000, importance: 0, text: "tea bread"));
        var evidence = await IndexFixture.SearchAsync(snapshot, Tea);
        Assert.Equal([1, 3, 2], evidence.Select(hit => (int)hit.Coordinate.ToNumbers()[0]));
        var hits = await IndexFixture.SearchAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 0.6, ImportanceWeight = 0.6 }));
        Assert.Equal([2, 1, 3], hits.Select(hit => (int)hit.Coordinate.ToNumbers()[0]));
        foreach (var hit in hits)
        {
            var alone = evidence.Single(other => other.Seq == hit.Seq).Score;
            Assert.Equal((alone + (0.6 * hit.Explanation!.Recency!.Value) + (0.6 * hit.Explanation.Importance!.Value)) / 2.2, hit.Score, 1e-5);
        }

        Assert.Equal([1, 2, 3], (await OrderAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 0.01, ImportanceWeight = 0.01, Mode = SearchMode.Keyword }))).Order());
    }

    [Fact]
    public async Task Scores_stay_within_zero_and_one_and_in_order_whatever_is_preferred()
    {
        var random = new Random(1);
        var snapshot = Index([.. Enumerable.Range(1, 200).Select(i =>
            Aged(i, random.Next(-50, 100), random.Next(-5, 50), $"tea {new string((char)('a' + (i % 26)), i % 9)} in bread{i % 7}"))]);
        foreach (var query in (string[])["tea", "tea bread3", "zzz", ""])
        {
            foreach (var (recency, importance) in ((double, double)[])[(0, 0), (1, 0), (0, 1), (1, 1), (0.3, 0.7)])
            {
                var hits = await IndexFixture.SearchAsync(
                    snapshot, IndexFixture.Query(query).Asking(asked => asked with { RecencyWeight = recency, ImportanceWeight = importance }) with { RecencyHalfLife = HalfLife });
                Assert.NotEmpty(hits);
                Assert.All(hits, hit => Assert.InRange(hit.Score, 0, 1));
                Assert.Equal(hits.Select(hit => hit.Score).OrderDescending(), hits.Select(hit => hit.Score));
            }
        }
    }

    [Fact]
    public async Task A_listing_is_by_importance_then_newest_whatever_is_preferred()
    {
        var snapshot = Index(Aged(1, 0, importance: 1), Aged(2, 1000, importance: 3), Aged(3, 10, importance: 2), Aged(4, 20, importance: 2));
        var listing = IndexFixture.Query("").Asking(asked => asked with { RecencyWeight = 1, ImportanceWeight = 1 }) with { RecencyHalfLife = HalfLife };
        Assert.Equal([2, 4, 3, 1], await OrderAsync(snapshot, listing));
        Assert.Equal([2, 4, 3], await OrderAsync(snapshot, listing.Asking(asked => asked with { MinScore = 0.5 })));
    }

    [Fact]
    public async Task Least_score_applies_to_what_preferences_made_of_it()
    {
        var snapshot = Index(Aged(1, 0), Aged(2, 10));
        Assert.Equal([1], await OrderAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 1, MinScore = 0.8 })));
        Assert.Equal([1, 2], await OrderAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 1, MinScore = 0.7 })));
    }

    [Fact]
    public async Task An_old_chat_imported_today_is_as_old_as_its_timestamps()
    {
        var snapshot = Index(Said(1, 40), Said(2, 0), Said(3, 10), Said(4, 20), Aged(5, 0, text: "bread"));
        Assert.Equal([2, 3, 4, 1], (await OrderAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 1 }))).Take(4));
        Assert.Equal([1, 2, 3, 4], (await OrderAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 1, RecencyField = "updated_at" }))).Take(4));
        Assert.Equal([1, 4, 3, 2], (await OrderAsync(snapshot, Tea.Asking(asked => asked with { RecencyWeight = 1, RecencyField = "payload.opposite" }))).Take(4));

        static IndexEntry Said(int number, int seconds)
        {
            var at = (IndexFixture.Now.Microseconds / Instant.MicrosecondsPerSecond) - seconds;
            var opposite = (new DateTimeOffset(1970, 1, 1, 0, 0, 0, default).AddSeconds(900 + seconds));
            return IndexFixture.Entry(number, number, "tea", $$"""{"timestamp":{{at}},"opposite":"{{opposite:O}}"}""").With(row => row with { UpdatedAt = IndexFixture.Now });
        }
    }

    [Fact]
    public async Task A_memory_from_the_future_is_as_recent_as_can_be()
    {
        var hit = Assert.Single(await IndexFixture.SearchAsync(Index(Aged(1, -1000)), Tea.Asking(asked => asked with { RecencyWeight = 1 })));
        Assert.Equal((1d, 1d), (hit.Score, hit.Explanation!.Recency!.Value));
    }

    private static IndexEntry Aged(int number, int seconds, double importance = 1, string text = "tea") =>
        IndexFixture.Entry(number, number, text, importance: importance).With(row => row with
        {
            UpdatedAt = new Instant(IndexFixture.Now.Microseconds - (seconds * Instant.MicrosecondsPerSecond)),
        });

    private static IndexSnapshot Index(params IndexEntry[] entries)
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        Array.ForEach(entries, index.Put);
        return index.Publish(entries.Length);
    }

    private static async Task<IEnumerable<int>> OrderAsync(IndexSnapshot snapshot, SearchRequest request) =>
        (await IndexFixture.SearchAsync(snapshot, request)).Select(hit => (int)hit.Coordinate.ToNumbers()[0]);
}
