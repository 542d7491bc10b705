namespace Soma.Grains.Engine.Quotas;

/// <summary>What the memories of a namespace add up to that have not expired: in all, and of each writer.</summary>
/// <remarks>
/// Amounts that end are kept by their ends too, so that they are given back at the very moment from which no reader sees them, without a
/// look at the store.
/// </remarks>
internal sealed class HeldAmounts
{
    // An estimate of what an end takes here: the nodes of two trees and an entry of a dictionary.
    private const int BytesPerEnd = 200;

    private readonly Dictionary<string, Amount> _byWriter = new(StringComparer.Ordinal);
    private readonly SortedDictionary<Instant, Dictionary<string, Amount>> _ending = [];

    public Amount Total { get; private set; }

    /// <summary>Bytes that this takes in memory, by estimate.</summary>
    public long Bytes => (long)BytesPerEnd * _ending.Count;

    /// <summary>The writers that hold anything, or have held it; the root token is none.</summary>
    public IEnumerable<string> Writers => _byWriter.Keys.Where(writer => writer.Length > 0);

    public Amount Of(string? writer) => _byWriter.GetValueOrDefault(writer ?? "");

    /// <summary>Adds what expires at <paramref name="end"/>, or takes it away if it is negative. What has expired is neither.</summary>
    public void Add(string? writer, Instant? end, Amount amount)
    {
        Count(writer ?? "", amount);
        if (end is { } moment)
        {
            if (!_ending.TryGetValue(moment, out var writers))
            {
                _ending[moment] = writers = new Dictionary<string, Amount>(StringComparer.Ordinal);
            }

            writers[writer ?? ""] = writers.GetValueOrDefault(writer ?? "") + amount;
        }
    }

    /// <summary>Gives back what has expired.</summary>
    public void Advance(Instant now)
    {
        while (_ending.Count > 0 && _ending.First() is var (end, writers) && end <= now)
        {
            _ending.Remove(end);
            foreach (var (writer, amount) in writers)
            {
                Count(writer, default(Amount) - amount);
            }
        }
    }

    private void Count(string writer, Amount change)
    {
        Total += change;
        _byWriter[writer] = _byWriter.GetValueOrDefault(writer) + change;
    }
}
