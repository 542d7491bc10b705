namespace Soma.Grains.Engine.Observing;

/// <summary>The gauges of all namespaces that are active on this silo. Thread-safe.</summary>
/// <remarks>
/// A sum is computed when it is asked for, over the namespaces that are active then. A running total would stay wrong for as
/// long as the silo lives once an activation ended without subtracting what it had added.
/// </remarks>
public sealed class SiloGauges
{
    private readonly ConcurrentDictionary<NamespaceGauges, byte> _open = [];

    /// <summary>The number of active namespaces.</summary>
    public int Count => _open.Count;

    /// <summary>Adds a namespace, until its gauges are disposed.</summary>
    public NamespaceGauges Open()
    {
        var gauges = new NamespaceGauges(this);
        _open[gauges] = 0;
        return gauges;
    }

    public long Sum(Func<NamespaceGauges, long> level)
    {
        var sum = 0L;
        foreach (var (gauges, _) in _open)
        {
            sum += level(gauges);
        }

        return sum;
    }

    public long Largest(Func<NamespaceGauges, long> level)
    {
        var largest = 0L;
        foreach (var (gauges, _) in _open)
        {
            largest = Math.Max(largest, level(gauges));
        }

        return largest;
    }

    internal void Close(NamespaceGauges gauges) => _open.TryRemove(gauges, out _);
}
