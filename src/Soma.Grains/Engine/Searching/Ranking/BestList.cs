namespace Soma.Grains.Engine.Searching.Ranking;

/// <summary>Keeps the first <paramref name="limit"/> positions of an order, from any number that are offered.</summary>
/// <param name="limit">How many are kept, at least 1.</param>
/// <param name="order">Which of two positions comes first; never 0 for different ones, so that answers are repeatable.</param>
internal sealed class BestList(int limit, Comparison<int> order)
{
    // The queue's head is the last of those kept.
    private readonly PriorityQueue<int, int> _kept = new(Comparer<int>.Create((left, right) => order(right, left)));

    public void Offer(int position)
    {
        if (_kept.Count < limit)
        {
            _kept.Enqueue(position, position);
        }
        else if (order(position, _kept.Peek()) < 0)
        {
            _kept.DequeueEnqueue(position, position);
        }
    }

    /// <summary>What was kept, in order; the list is empty afterwards.</summary>
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
