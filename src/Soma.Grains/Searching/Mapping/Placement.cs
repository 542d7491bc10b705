namespace Soma.Grains.Searching.Mapping;

/// <summary>Places the points that are no landmarks: each among the landmarks that are nearest to it.</summary>
/// <remarks>
/// Which landmarks are near is found without comparing all: some landmarks are pivots, each landmark belongs to the pivot that is nearest
/// to it, and a point is compared with the landmarks of the few pivots nearest to the point.
/// </remarks>
internal sealed class Placement
{
    private const int MostPivots = 128;
    private const int PivotsAsked = 12;
    private const int Averaged = 5;

    private readonly float[] _vectors;
    private readonly int _dimension;
    private readonly int _pivots;
    private readonly List<int>[] _members;

    /// <param name="vectors">The vectors of the landmarks, one after another. The first ones are the pivots.</param>
    /// <param name="dimension">How many numbers each has.</param>
    public Placement(float[] vectors, int dimension)
    {
        (_vectors, _dimension) = (vectors, dimension);
        var count = vectors.Length / dimension;
        _pivots = Math.Min(MostPivots, count);
        _members = [.. Enumerable.Range(0, _pivots).Select(_ => new List<int>())];
        var nearest = new Best(1);
        for (var landmark = 0; landmark < count; landmark++)
        {
            nearest.Clear();
            for (var pivot = 0; pivot < _pivots; pivot++)
            {
                nearest.Offer(pivot, CosineOf(VectorOf(landmark), pivot));
            }

            _members[nearest.Found[0]].Add(landmark);
        }
    }

    private ReadOnlySpan<float> VectorOf(int landmark) => _vectors.AsSpan(landmark * _dimension, _dimension);

    /// <summary>Places every point behind the landmarks, which are the first ones.</summary>
    /// <param name="points">All points of the map.</param>
    /// <param name="layout">Where the landmarks are.</param>
    /// <param name="clusters">The cluster of each landmark.</param>
    /// <param name="work">The map's computation.</param>
    /// <returns>Where all points are, and the cluster of each.</returns>
    public (float[] X, float[] Y, int[] ClusterOf) Place(MapPoints points, Layout layout, int[] clusters, MapWork work)
    {
        var (x, y, clusterOf) = (new float[points.Count], new float[points.Count], new int[points.Count]);
        layout.X.CopyTo(x, 0);
        layout.Y.CopyTo(y, 0);
        clusters.CopyTo(clusterOf, 0);
        // About the distance of neighbouring landmarks: points that share their landmarks are spread over it.
        var spread = Math.Max(layout.X.Max() - layout.X.Min(), layout.Y.Max() - layout.Y.Min()) / MathF.Sqrt(clusters.Length) / 2;
        var (pivots, near) = (new Best(Math.Min(PivotsAsked, _pivots)), new Best(Averaged + 1));
        for (var point = clusters.Length; point < points.Count; point++)
        {
            work.Continue((double)point / points.Count);
            FindNear(points.VectorOf(point), pivots, near);
            clusterOf[point] = clusters[near.Found[0]];
            (x[point], y[point]) = Average(near, layout, clusters);
            // The upper half of the hash is small for all points of a sample, so the lower half is taken.
            var chance = points.ChanceOf(point);
            var (angle, radius) = ((chance & 0xFFFFFF) / (float)(1 << 24) * MathF.Tau, spread * MathF.Sqrt(((chance >> 24) & 0xFFFF) / 65536f));
            (x[point], y[point]) = (x[point] + (radius * MathF.Cos(angle)), y[point] + (radius * MathF.Sin(angle)));
        }

        return (x, y, clusterOf);
    }

    private void FindNear(ReadOnlySpan<float> vector, Best pivots, Best near)
    {
        pivots.Clear();
        near.Clear();
        for (var pivot = 0; pivot < _pivots; pivot++)
        {
            pivots.Offer(pivot, CosineOf(vector, pivot));
        }

        foreach (var pivot in pivots.Found)
        {
            foreach (var landmark in _members[pivot])
            {
                near.Offer(landmark, CosineOf(vector, landmark));
            }
        }

        if (near.Found.IsEmpty)
        {
            // All pivots that were asked are copies of another one, which has their landmarks.
            near.Offer(0, CosineOf(vector, 0));
        }
    }

    /// <summary>
    /// The middle of the nearest landmarks, each counting the more the nearer it is. Landmarks of another cluster than the nearest do not
    /// count, because the middle would lie between the clusters.
    /// </summary>
    private static (float X, float Y) Average(Best near, Layout layout, int[] clusters)
    {
        var farthest = near.Cosines[^1];
        var (x, y, sum) = (0f, 0f, 0f);
        for (var i = 0; i < Math.Min(Averaged, near.Found.Length); i++)
        {
            var landmark = near.Found[i];
            if (i == 0 || clusters[landmark] == clusters[near.Found[0]])
            {
                var closeness = near.Cosines[i] - farthest;
                var weight = (closeness * closeness) + 1e-9f;
                (x, y, sum) = (x + (weight * layout.X[landmark]), y + (weight * layout.Y[landmark]), sum + weight);
            }
        }

        return (x / sum, y / sum);
    }

    private float CosineOf(ReadOnlySpan<float> vector, int landmark) => UnitVector.Dot(vector, VectorOf(landmark));

    /// <summary>The best few of what was offered, the best first.</summary>
    private sealed class Best(int most)
    {
        private readonly int[] _found = new int[most];
        private readonly float[] _cosines = new float[most];
        private int _count;

        public ReadOnlySpan<int> Found => _found.AsSpan(0, _count);

        public ReadOnlySpan<float> Cosines => _cosines.AsSpan(0, _count);

        public void Clear() => _count = 0;

        public void Offer(int one, float cosine)
        {
            if (_count == _found.Length && cosine <= _cosines[^1])
            {
                return;
            }

            var at = _count < _found.Length ? _count++ : _count - 1;
            for (; at > 0 && cosine > _cosines[at - 1]; at--)
            {
                (_found[at], _cosines[at]) = (_found[at - 1], _cosines[at - 1]);
            }

            (_found[at], _cosines[at]) = (one, cosine);
        }
    }
}
