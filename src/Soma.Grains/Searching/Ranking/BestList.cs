namespace Soma.Grains.Searching.Ranking;

/// <summary>Keeps the best <paramref name="limit"/> of the offered positions, by score.</summary>
/// <param name="limit">How many are kept, at least 1.</param>
/// <param name="tieBreak">Decides which of two positions with equal scores comes first. It never returns 0 for different positions, so that answers are repeatable.</param>
internal sealed class BestList(int limit, Comparison<int> tieBreak)
{
    // The head of the queue is the worst of the positions that are kept.
    private readonly PriorityQueue<int, (double Score, int Position)> _kept = new(Comparer<(double Score, int Position)>.Create((left, right) =>
        left.Score != right.Score ? left.Score.CompareTo(right.Score) : tieBreak(right.Position, left.Position)));

    public bool IsEmpty => _kept.Count == 0;

    /// <summary>A position with a lower score need not be offered.</summary>
    public double Least { get; private set; } = double.NegativeInfinity;

    public void Offer(int position, double score)
    {
        if (_kept.Count < limit)
        {
            _kept.Enqueue(position, (score, position));
        }
        else if (_kept.TryPeek(out var last, out var least)
            && (score > least.Score || (score == least.Score && tieBreak(position, last) < 0)))
        {
            _kept.DequeueEnqueue(position, (score, position));
        }

        if (_kept.Count == limit && _kept.TryPeek(out _, out var worst))
        {
            Least = worst.Score;
        }
    }

    /// <summary>Returns the kept positions, best first, and empties the list.</summary>
    public int[] Take()
    {
        var positions = new int[_kept.Count];
        for (var i = positions.Length - 1; i >= 0; i--)
        {
            positions[i] = _kept.Dequeue();
        }

        return positions;
    }
}
