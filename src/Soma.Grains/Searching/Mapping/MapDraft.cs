using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Mapping;

/// <summary>A map whose clusters are named by terms of the index, which are stems. <see cref="Name"/> puts words of the memories in their place.</summary>
/// <remarks>
/// All is computed from one snapshot, on the caller's thread, and depends on nothing else. Of more than <see cref="MostPoints"/> memories
/// a sample is shown. Of more than <see cref="MostLandmarks"/> points that many are <i>landmarks</i>, which are laid out; the others are
/// placed among them. Besides the snapshot it takes some 40 MB, and with vectors of more than 384 numbers 40 kB for each more.
/// </remarks>
public sealed class MapDraft
{
    public const int MostPoints = 100_000;
    public const int MostLandmarks = 10_000;

    private const double OfNeighbors = 0.25;
    private const double OfLayout = 0.5;
    private const double OfPlacing = 0.2;
    private const double OfTerms = 0.05;

    private readonly MemoryMap _map;
    private readonly IReadOnlyList<IReadOnlyList<ClusterTerm>> _terms;
    private readonly MapPoints _points;

    private MapDraft(MemoryMap map, MapPoints points, IReadOnlyList<IReadOnlyList<ClusterTerm>> terms) =>
        (_map, _points, _terms) = (map, points, terms);

    /// <summary>The memories whose texts show how the words of the clusters are written.</summary>
    public IReadOnlyList<(Coordinate Coordinate, long Seq)> Examples =>
        [.. _terms.SelectMany(terms => terms).SelectMany(term => term.Examples).Distinct().Order().Select(_points.VersionOf)];

    /// <param name="snapshot">The memories.</param>
    /// <param name="now">The time by which memories have expired or not.</param>
    /// <param name="work">Is told how much is done, and ends or pauses the computation.</param>
    /// <param name="mostPoints">How many memories are shown at most.</param>
    /// <param name="mostLandmarks">How many of them are laid out at most.</param>
    public static MapDraft Of(IndexSnapshot snapshot, Instant now, MapWork work, int mostPoints = MostPoints, int mostLandmarks = MostLandmarks)
    {
        var points = MapPoints.Of(snapshot, now, mostPoints);
        var map = MemoryMap.Empty with { Seq = snapshot.Seq, Memories = points.Memories, WithoutVector = points.WithoutVector };
        if (points.Count == 0)
        {
            return new MapDraft(map, points, []);
        }

        var dimension = points.Dimension;
        var vectors = new float[Math.Min(points.Count, mostLandmarks) * dimension];
        for (var i = 0; i < vectors.Length / dimension; i++)
        {
            points.VectorOf(i).CopyTo(vectors.AsSpan(i * dimension));
        }

        work.Begin(OfNeighbors);
        var graph = NeighborGraph.Of(vectors, dimension, work);
        work.Begin(OfLayout);
        var layout = Layout.Of(graph, vectors, dimension, work);
        work.Begin(OfPlacing);
        var (x, y, clusterOf) = new Placement(vectors, dimension).Place(points, layout, DensityClusters.Of(layout), work);
        work.Begin(OfTerms);
        return new MapDraft(Scale(map, points, x, y, clusterOf), points, new ClusterTerms(points, clusterOf, clusterOf.Max() + 1).Find(work));
    }

    /// <summary>Returns the map with the words as most of the example memories write them.</summary>
    /// <param name="texts">The texts of <see cref="Examples"/> that are still there.</param>
    public MemoryMap Name(IEnumerable<string> texts)
    {
        var written = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        foreach (var term in _terms.SelectMany(terms => terms))
        {
            written.TryAdd(term.Term, new Dictionary<string, int>(StringComparer.Ordinal));
        }

        var buffer = new char[TermReader.BufferLength];
        foreach (var text in texts)
        {
            var reader = new TermReader(text, buffer);
            while (reader.MoveNext())
            {
                if (written.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(reader.Current, out var forms))
                {
                    // A term that joins several pieces of the text, such as both sides of a hyphen, has no place of its own.
                    var form = reader.IsPair || reader.Written.IsWhiteSpace() ? ClusterTerms.BareOf(reader.Current.ToString()) : reader.Written;
                    CollectionsMarshal.GetValueRefOrAddDefault(forms, form.ToString(), out _)++;
                }
            }
        }

        return _map with
        {
            Clusters = [.. _map.Clusters.Select((cluster, i) => cluster with { Words = [.. _terms[i].Select(WordOf).Distinct(StringComparer.OrdinalIgnoreCase)] })],
        };

        // Small letters come behind capitals in the order of characters, so of two forms that are as frequent it is the one without.
        string WordOf(ClusterTerm term) => written[term.Term].OrderByDescending(form => form.Value).ThenByDescending(form => form.Key, StringComparer.Ordinal)
            .Select(form => form.Key).FirstOrDefault() ?? ClusterTerms.BareOf(term.Term).ToString();
    }

    /// <summary>Writes the places as small whole numbers, the same for both directions, and finds the middles of the clusters.</summary>
    private static MemoryMap Scale(MemoryMap map, MapPoints points, float[] x, float[] y, int[] clusterOf)
    {
        var (left, top) = (x.Min(), y.Min());
        var (width, height) = (x.Max() - left, y.Max() - top);
        var factor = MemoryMap.Side / Math.Max(Math.Max(width, height), 1e-6f);
        var (marginX, marginY) = ((MemoryMap.Side - (width * factor)) / 2, (MemoryMap.Side - (height * factor)) / 2);
        int[] xs = [.. x.Select(value => (int)Math.Round(((value - left) * factor) + marginX))];
        int[] ys = [.. y.Select(value => (int)Math.Round(((value - top) * factor) + marginY))];
        return map with
        {
            Coordinates = [.. Enumerable.Range(0, points.Count).Select(points.KeyOf)],
            X = xs,
            Y = ys,
            ClusterOf = clusterOf,
            Clusters = [.. Enumerable.Range(0, points.Count).Where(point => clusterOf[point] >= 0).GroupBy(point => clusterOf[point]).OrderBy(cluster => cluster.Key)
                .Select(cluster => new MapCluster((int)cluster.Average(point => xs[point]), (int)cluster.Average(point => ys[point]), cluster.Count(), []))],
        };
    }
}
