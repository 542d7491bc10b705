using System.Collections.Concurrent;

namespace Soma.Grains.Searching.Fields;

/// <summary>
/// One string a payload path for the whole process: a million memories with the same keys hold them once. Bounded, because
/// clients may use ids as keys; a path beyond the bound is simply a string of its own.
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

        // The count is kept apart because the dictionary's own takes all its locks.
        if (Volatile.Read(ref _count) < MaxPaths && Paths.TryAdd(path, path))
        {
            Interlocked.Increment(ref _count);
        }

        return path;
    }
}
