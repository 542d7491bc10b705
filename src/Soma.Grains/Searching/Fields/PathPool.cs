namespace Soma.Grains.Searching.Fields;

/// <summary>
/// Shares the strings of payload paths in the process, so that a million memories with the same keys hold one string each. The
/// pool is bounded, because clients may use ids as keys. A path beyond the bound is not shared.
/// </summary>
internal static class PathPool
{
    private const int MaxPaths = 1 << 16;
    private static readonly ConcurrentDictionary<string, string> Paths = new(StringComparer.Ordinal);
    private static int _count;

    public static string Share(string path)
    {
        if (Paths.TryGetValue(path, out var shared))
        {
            return shared;
        }

        // The dictionary's own Count takes all its locks, so the count is kept separately.
        if (Volatile.Read(ref _count) < MaxPaths && Paths.TryAdd(path, path))
        {
            Interlocked.Increment(ref _count);
        }

        return path;
    }
}
