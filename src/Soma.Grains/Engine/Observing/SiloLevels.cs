using System.Collections.Concurrent;

namespace Soma.Grains.Engine.Observing;

/// <summary>The levels of all namespaces that are active on this silo. Thread-safe.</summary>
/// <remarks>
/// Sums are made when they are asked for, from the namespaces that are there: a running total that every activation adds to
/// and takes from would keep each difference that one of them forgot for as long as the silo lives.
/// </remarks>
public sealed class SiloLevels
{
    private readonly ConcurrentDictionary<NamespaceLevels, byte> _open = [];

    /// <summary>Active namespaces.</summary>
    public int Count => _open.Count;

    /// <summary>Adds a namespace, until its levels are disposed.</summary>
    public NamespaceLevels Open()
    {
        var levels = new NamespaceLevels(this);
        _open[levels] = 0;
        return levels;
    }

    public long Sum(Func<NamespaceLevels, long> level)
    {
        ArgumentNullException.ThrowIfNull(level);
        var sum = 0L;
        foreach (var (levels, _) in _open)
        {
            sum += level(levels);
        }

        return sum;
    }

    public long Largest(Func<NamespaceLevels, long> level)
    {
        ArgumentNullException.ThrowIfNull(level);
        var largest = 0L;
        foreach (var (levels, _) in _open)
        {
            largest = Math.Max(largest, level(levels));
        }

        return largest;
    }

    internal void Close(NamespaceLevels levels) => _open.TryRemove(levels, out _);
}
