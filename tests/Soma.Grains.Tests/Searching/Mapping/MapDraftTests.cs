using System.Globalization;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Mapping;
using static Soma.Grains.Tests.Searching.IndexFixture;

namespace Soma.Grains.Tests.Searching.Mapping;

public sealed class MapDraftTests
{
    private const int Dimension = 48;

    private static readonly string[][] Topics =
    [
        ["kettle", "boiling", "kitchen"], ["trains", "harbour", "station"], ["mountains", "raining", "valley"],
        ["parcels", "delivered", "courier"], ["violins", "orchestra", "concert"], ["tomatoes", "garden", "watering"],
    ];

    [Fact]
    public void Equal_memories_give_an_equal_map_whatever_the_order_of_their_writes()
    {
        var entries = Planted(40);
        var first = Make(Index(entries), entries);
        var backwards = entries.Reverse().ToArray();
        var second = Make(Index(backwards), backwards);

        Assert.Equal(first.Coordinates, second.Coordinates);
        Assert.Equal(first.X, second.X);
        Assert.Equal(first.Y, second.Y);
        Assert.Equal(first.ClusterOf, second.ClusterOf);
        Assert.Equal(first.Clusters.Select(Describe), second.Clusters.Select(Describe));
        Assert.All(first.X.Concat(first.Y), place => Assert.InRange(place, 0, MemoryMap.Side));

        static string Describe(MapCluster cluster) => $"{cluster.X} {cluster.Y} {cluster.Size} {string.Join(' ', cluster.Words)}";
    }

    [Theory]
    [InlineData(MapDraft.MostLandmarks)]
    [InlineData(150)]
    public void Memories_that_mean_about_the_same_are_neighbours_and_one_cluster(int mostLandmarks)
    {
        var entries = Planted(100);
        var map = Make(Index(entries), entries, mostLandmarks: mostLandmarks);

        var shares = Enumerable.Range(0, map.X.Length).Select(point => Enumerable.Range(0, map.X.Length).Where(other => other != point)
            .OrderBy(other => Square(map.X[other] - map.X[point]) + Square(map.Y[other] - map.Y[point])).Take(10)
            .Average(other => TopicOf(map.Coordinates[other]) == TopicOf(map.Coordinates[point]) ? 1.0 : 0.0));
        Assert.InRange(shares.Average(), 0.95, 1);

        var clusters = Enumerable.Range(0, map.X.Length).Where(point => map.ClusterOf[point] >= 0).GroupBy(point => map.ClusterOf[point]).ToList();
        Assert.Equal(map.Clusters.Count, clusters.Count);
        Assert.InRange(clusters.Count, Topics.Length, 3 * Topics.Length);
        var pure = clusters.Sum(cluster => cluster.GroupBy(point => TopicOf(map.Coordinates[point])).Max(topic => topic.Count()));
        Assert.InRange(pure, 0.95 * clusters.Sum(cluster => cluster.Count()), map.X.Length);
        Assert.InRange(clusters.Sum(cluster => cluster.Count()), 0.95 * map.X.Length, map.X.Length);
    }

    [Fact]
    public void Clusters_are_named_by_whole_words_that_the_others_do_not_have()
    {
        var entries = Planted(60);
        var map = Make(Index(entries), entries);

        foreach (var cluster in Enumerable.Range(0, map.Clusters.Count))
        {
            var topic = Enumerable.Range(0, map.X.Length).Where(point => map.ClusterOf[point] == cluster)
                .GroupBy(point => TopicOf(map.Coordinates[point])).MaxBy(members => members.Count())!.Key;
            Assert.NotEmpty(map.Clusters[cluster].Words);
            Assert.Subset(Topics[topic].ToHashSet(), map.Clusters[cluster].Words.ToHashSet());
        }
    }

    [Fact]
    public void A_sample_is_as_large_as_it_may_be_and_is_kept_when_memories_are_written()
    {
        var entries = Planted(40);
        var sample = Make(Index(entries), entries, mostPoints: 100);
        IndexEntry[] more = [.. entries, WithVector(10_001, "another", Noise(new Random(2), 1))];
        var later = Make(Index(more), more, mostPoints: 100);

        Assert.Equal((240, 100, 0), (sample.Memories, sample.Coordinates.Length, sample.WithoutVector));
        Assert.InRange(sample.Coordinates.Except(later.Coordinates).Count(), 0, 1);
    }

    [Fact]
    public void Memories_without_a_vector_are_counted_and_expired_ones_are_not_there()
    {
        IndexEntry[] entries =
        [
            WithVector(1, "kettle", Noise(new Random(1), 1)), WithVector(2, "kettle", Noise(new Random(1), 1)), Bare(3, "no vector"),
            WithVector(4, "over", Noise(new Random(1), 1)).With(row => row with { ExpiresAt = Now }),
        ];
        var map = Make(Index(entries), entries);

        Assert.Equal((3, 1, 7L), (map.Memories, map.WithoutVector, map.Seq));
        Assert.Equal([At(1), At(2)], map.Coordinates.Order());
        Assert.Empty(map.Clusters);
        Assert.All(map.ClusterOf, cluster => Assert.Equal(-1, cluster));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_namespace_of_hardly_anything_has_a_map(int count)
    {
        var entries = Planted(1).Take(count).ToArray();
        Assert.Equal(count, Make(Index(entries), entries).Coordinates.Length);
    }

    [Fact]
    public void A_map_that_nobody_needs_any_more_is_not_made()
    {
        using var over = new CancellationTokenSource();
        var progress = new List<double>();
        var work = new MapWork(
            done =>
            {
                progress.Add(done);
                if (done > 0.5)
                {
                    over.Cancel();
                }
            },
            TimeProvider.System,
            over.Token);
        Assert.Throws<OperationCanceledException>(() => MapDraft.Of(Index(Planted(40)), Now, work));
        Assert.Equal(progress.Order(), progress);
        Assert.InRange(progress[^1], 0.5, 0.6);
    }

    [Theory]
    [InlineData("kettl", true)]
    [InlineData("the", false)]
    [InlineData("x", false)]
    [InlineData("2026", false)]
    [InlineData("v2.4.1", false)]
    [InlineData("\uE0FEkettl", false)]
    [InlineData("\uE0FFus", false)]
    [InlineData("\u0001caroline", false)]
    [InlineData("\uE001kessel", true)]
    [InlineData("\uE001und", false)]
    [InlineData("\uE001die", false)]
    [InlineData("die", true)]
    [InlineData("水壶", true)]
    [InlineData("水", false)]
    public void Only_a_word_that_says_something_names_a_cluster(string term, bool isTelling) =>
        Assert.Equal(isTelling, ClusterTerms.IsTelling(term));

    private static MemoryMap Make(IndexSnapshot snapshot, IndexEntry[] entries, int mostPoints = MapDraft.MostPoints, int mostLandmarks = MapDraft.MostLandmarks)
    {
        var draft = MapDraft.Of(snapshot, Now, new MapWork(_ => { }, TimeProvider.System, CancellationToken.None), mostPoints, mostLandmarks);
        var texts = entries.ToDictionary(entry => entry.Row.Coordinate, entry => entry.Content.Text);
        return draft.Name(draft.Examples.Select(example => texts[example.Coordinate]));
    }

    private static IndexSnapshot Index(IEnumerable<IndexEntry> entries)
    {
        var index = new SearchIndex(Embedder.Dimension);
        index.CompleteLoading();
        foreach (var entry in entries)
        {
            index.Put(entry);
        }

        return index.Publish(7);
    }

    /// <summary>Memories of each topic, whose brought vectors lie around one direction, and whose texts have words of the topic and words of all.</summary>
    private static IndexEntry[] Planted(int perTopic)
    {
        var random = new Random(17);
        var directions = Topics.Select(_ => Noise(random, 1)).ToArray();
        return
        [
            .. Enumerable.Range(0, Topics.Length * perTopic).Select(i =>
            {
                var topic = i % Topics.Length;
                var vector = Noise(random, 0.35f);
                for (var d = 0; d < Dimension; d++)
                {
                    vector[d] += directions[topic][d];
                }

                var words = Topics[topic];
                return WithVector(i, $"A note about the {words[i / Topics.Length % 3]} and the {words[(i / Topics.Length + 1) % 3]}, {i}", vector);
            }),
        ];
    }

    private static IndexEntry WithVector(int number, string text, float[] vector) => Bare(number, text).WithVector(vector);

    private static IndexEntry Bare(int number, string text)
    {
        var entry = Entry(number, number + 1, text);
        return entry.Holding(entry.Content with { Vector = null, Passages = null });
    }

    private static float[] Noise(Random random, float scale) => [.. Enumerable.Range(0, Dimension).Select(_ => scale * (random.NextSingle() + random.NextSingle() - 1))];

    private static int TopicOf(Coordinate coordinate) => (int)double.Parse(coordinate.Text, CultureInfo.InvariantCulture) % Topics.Length;

    private static long Square(long value) => value * value;
}
