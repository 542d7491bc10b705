namespace Soma.Grains.Searching.Mapping;

/// <summary>Landmarks and their nearest neighbours, as edges whose weights say how surely two landmarks belong together.</summary>
/// <remarks>
/// The weights are those of UMAP: McInnes, Healy, Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension
/// Reduction", 2018, section 3.1. A landmark is joined to its nearest neighbour with weight 1, and to the others with weights that
/// fall with the distance beyond that, at a rate that gives each landmark the same sum log2(k). So dense and sparse regions are
/// treated alike. The two weights a and b of a pair become a + b - ab.
/// </remarks>
internal sealed class NeighborGraph
{
    /// <summary>The neighbours of a landmark. More show the rough shape of the whole better, and fewer show small clusters better.</summary>
    public const int Neighbors = 15;

    // So many rows of vectors stay in the processor's cache while they are compared with as many others.
    private const int Tile = 64;
    private const int Halvings = 48;

    private NeighborGraph(int count, int neighbors) =>
        (Count, PerLandmark, Nearest, Cosines) = (count, neighbors, new int[count * neighbors], new float[count * neighbors]);

    public int Count { get; }

    /// <summary>How many neighbours each landmark has: <see cref="Neighbors"/>, or all others if there are fewer.</summary>
    public int PerLandmark { get; }

    /// <summary>The neighbours of landmark i from <c>i × PerLandmark</c> on, the nearest first.</summary>
    public int[] Nearest { get; }

    /// <summary>Their cosines.</summary>
    public float[] Cosines { get; }

    /// <summary>Each pair of neighbours once.</summary>
    public List<(int From, int To, float Weight)> Edges { get; } = [];

    /// <param name="vectors">The vectors of the landmarks, one after another.</param>
    /// <param name="dimension">How many numbers each has.</param>
    /// <param name="work">The map's computation.</param>
    public static NeighborGraph Of(float[] vectors, int dimension, MapWork work)
    {
        var count = vectors.Length / dimension;
        var graph = new NeighborGraph(count, Math.Min(Neighbors, count - 1));
        graph.FindNeighbors(vectors, dimension, work);
        graph.WeighEdges();
        return graph;
    }

    private void FindNeighbors(float[] vectors, int dimension, MapWork work)
    {
        Cosines.AsSpan().Fill(float.NegativeInfinity);
        for (var top = 0; top < Count; top += Tile)
        {
            for (var left = 0; left <= top; left += Tile)
            {
                work.Continue((double)top * top / ((double)Count * Count));
                for (var i = top; i < Math.Min(top + Tile, Count); i++)
                {
                    var vector = vectors.AsSpan(i * dimension, dimension);
                    for (var j = left; j < Math.Min(left + Tile, i); j++)
                    {
                        var cosine = UnitVector.Dot(vector, vectors.AsSpan(j * dimension, dimension));
                        Offer(i, j, cosine);
                        Offer(j, i, cosine);
                    }
                }
            }
        }
    }

    private void Offer(int landmark, int other, float cosine)
    {
        var begin = landmark * PerLandmark;
        var at = begin + PerLandmark - 1;
        if (PerLandmark == 0 || cosine <= Cosines[at])
        {
            return;
        }

        for (; at > begin && cosine > Cosines[at - 1]; at--)
        {
            (Cosines[at], Nearest[at]) = (Cosines[at - 1], Nearest[at - 1]);
        }

        (Cosines[at], Nearest[at]) = (cosine, other);
    }

    private void WeighEdges()
    {
        var weights = new float[Nearest.Length];
        for (var i = 0; i < Count; i++)
        {
            Weigh(Cosines.AsSpan(i * PerLandmark, PerLandmark), weights.AsSpan(i * PerLandmark, PerLandmark));
        }

        for (var i = 0; i < Count; i++)
        {
            for (var n = i * PerLandmark; n < (i + 1) * PerLandmark; n++)
            {
                var other = Nearest[n];
                var back = Array.IndexOf(Nearest, i, other * PerLandmark, PerLandmark);
                if (back < 0 || i < other)
                {
                    var (there, here) = (back < 0 ? 0 : weights[back], weights[n]);
                    Edges.Add((i, other, here + there - (here * there)));
                }
            }
        }
    }

    private static void Weigh(ReadOnlySpan<float> cosines, Span<float> weights)
    {
        var wanted = Math.Log2(Math.Max(cosines.Length, 2));
        var (low, high, scale) = (0.0, double.PositiveInfinity, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var sum = 0.0;
            foreach (var cosine in cosines)
            {
                sum += Math.Exp((cosine - cosines[0]) / scale);
            }

            (low, high) = sum > wanted ? (low, scale) : (scale, high);
            scale = double.IsInfinity(high) ? scale * 2 : (low + high) / 2;
        }

        // Copies of one text are all at distance 0, whatever the scale is.
        scale = Math.Max(scale, 1e-4);
        for (var i = 0; i < cosines.Length; i++)
        {
            weights[i] = (float)Math.Exp((cosines[i] - cosines[0]) / scale);
        }
    }
}
