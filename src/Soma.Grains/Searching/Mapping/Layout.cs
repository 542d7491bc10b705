namespace Soma.Grains.Searching.Mapping;

/// <summary>Gives each landmark a place in the plane, so that neighbours in the space of the vectors are neighbours there.</summary>
/// <remarks>
/// <para>It begins with the two directions in which the vectors differ most (principal components, by power iteration) and then
/// improves that as UMAP does (see <see cref="NeighborGraph"/>; section 3.2 of the paper): each edge pulls its ends together as often
/// as its weight says, and each pull pushes the ends away from a few landmarks chosen at random.</para>
/// <para>The chance comes from a fixed sequence, and one thread does all, so that equal vectors give an equal layout.</para>
/// </remarks>
internal sealed class Layout
{
    private const int Epochs = 500;
    private const int PowerRounds = 30;
    private const int PushesPerPull = 5;
    private const float StartSide = 10;
    private const float LongestStep = 4;

    // The curve 1 / (1 + a d^2b) for which points are near at a distance below 0.1 and fade over 1; fitted by the authors of UMAP.
    private const float A = 1.577f;
    private const float B = 0.895f;

    private uint _chance = 0x9E3779B9;

    private Layout(int count) => (X, Y) = (new float[count], new float[count]);

    public float[] X { get; }

    public float[] Y { get; }

    /// <param name="graph">The landmarks' neighbours.</param>
    /// <param name="vectors">The landmarks' vectors, one after another.</param>
    /// <param name="dimension">How many numbers each has.</param>
    /// <param name="work">The map's computation.</param>
    public static Layout Of(NeighborGraph graph, float[] vectors, int dimension, MapWork work)
    {
        var layout = new Layout(graph.Count);
        layout.Begin(vectors, dimension, work);
        layout.Improve(graph, work);
        return layout;
    }

    /// <summary>Spreads the landmarks over their two first principal components.</summary>
    private void Begin(float[] vectors, int dimension, MapWork work)
    {
        var mean = new float[dimension];
        for (var i = 0; i < X.Length; i++)
        {
            TensorPrimitives.Add(mean, vectors.AsSpan(i * dimension, dimension), mean);
        }

        TensorPrimitives.Divide(mean, X.Length, mean);
        var first = new float[dimension];
        Project(vectors, mean, first, [], X, work);
        Project(vectors, mean, new float[dimension], first, Y, work);
        var widest = Math.Max(Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude<float>(X)), Math.Abs(TensorPrimitives.MaxMagnitude<float>(Y))), 1e-6f);
        for (var i = 0; i < X.Length; i++)
        {
            // A little noise parts memories that say the same.
            X[i] = (X[i] * StartSide / widest) + (NextFraction() * 0.01f);
            Y[i] = (Y[i] * StartSide / widest) + (NextFraction() * 0.01f);
        }
    }

    /// <summary>Finds the direction in which the vectors differ most, at right angles to another one, and where they lie on it.</summary>
    private void Project(float[] vectors, float[] mean, float[] direction, ReadOnlySpan<float> other, float[] places, MapWork work)
    {
        for (var i = 0; i < direction.Length; i++)
        {
            direction[i] = NextFraction() - 0.5f;
        }

        var next = new float[direction.Length];
        for (var round = 0; round <= PowerRounds; round++)
        {
            if (!other.IsEmpty)
            {
                TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<float>(direction, other), direction, direction);
            }

            UnitVector.TryScale(direction);
            var middle = UnitVector.Dot(mean, direction);
            for (var i = 0; i < places.Length; i++)
            {
                places[i] = UnitVector.Dot(vectors.AsSpan(i * direction.Length, direction.Length), direction) - middle;
                ContinueNow(work, i, 0);
            }

            if (round < PowerRounds)
            {
                Array.Clear(next);
                for (var i = 0; i < places.Length; i++)
                {
                    TensorPrimitives.MultiplyAdd(vectors.AsSpan(i * direction.Length, direction.Length), places[i], next, next);
                    ContinueNow(work, i, 0);
                }

                TensorPrimitives.MultiplyAdd(mean, -TensorPrimitives.Sum<float>(places), next, next);
                next.CopyTo(direction, 0);
            }
        }
    }

    private void Improve(NeighborGraph graph, MapWork work)
    {
        var edges = graph.Edges;
        var largest = edges.Count == 0 ? 1 : edges.Max(edge => edge.Weight);
        var due = new float[edges.Count];
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            var step = 1 - ((float)epoch / Epochs);
            for (var e = 0; e < edges.Count; e++)
            {
                ContinueNow(work, e, (double)epoch / Epochs);
                var (from, to, weight) = edges[e];
                due[e] += weight / largest;
                if (due[e] >= 1)
                {
                    due[e]--;
                    Pull(from, to, step);
                    var pushed = (epoch & 1) == 0 ? from : to;
                    for (var i = 0; i < PushesPerPull; i++)
                    {
                        Push(pushed, (int)(((ulong)Next() * (ulong)X.Length) >> 32), step);
                    }
                }
            }
        }
    }

    // A look at the clock costs as much as a few of the steps.
    private static void ContinueNow(MapWork work, int step, double done)
    {
        const int Steps = 1024;
        if (step % Steps == 0)
        {
            work.Continue(done);
        }
    }

    private void Pull(int one, int other, float step)
    {
        var (x, y) = (X[one] - X[other], Y[one] - Y[other]);
        var square = (x * x) + (y * y);
        if (square <= 0)
        {
            return;
        }

        var power = MathF.Pow(square, B);
        var force = -2 * A * B * (power / square) / (1 + (A * power));
        var (dx, dy) = (Bounded(force * x) * step, Bounded(force * y) * step);
        (X[one], Y[one]) = (X[one] + dx, Y[one] + dy);
        (X[other], Y[other]) = (X[other] - dx, Y[other] - dy);
    }

    private void Push(int one, int other, float step)
    {
        var (x, y) = (X[one] - X[other], Y[one] - Y[other]);
        var square = (x * x) + (y * y);
        if (one == other || square <= 0)
        {
            return;
        }

        var force = 2 * B / ((0.001f + square) * (1 + (A * MathF.Pow(square, B))));
        (X[one], Y[one]) = (X[one] + (Bounded(force * x) * step), Y[one] + (Bounded(force * y) * step));
    }

    private static float Bounded(float step) => Math.Clamp(step, -LongestStep, LongestStep);

    private float NextFraction() => Next() / (float)uint.MaxValue;

    // Marsaglia, "Xorshift RNGs", 2003.
    private uint Next()
    {
        _chance ^= _chance << 13;
        _chance ^= _chance >> 17;
        _chance ^= _chance << 5;
        return _chance;
    }
}
