using System.Runtime.InteropServices;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>A 64-bit hash of text (FNV-1a over UTF-16 code units, then mixed), the same in every process.</summary>
public static class FieldHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static long Of(ReadOnlySpan<char> text)
    {
        var hash = Offset;
        foreach (var unit in MemoryMarshal.Cast<char, ushort>(text))
        {
            hash = (hash ^ unit) * Prime;
        }

        return Mix(hash);
    }

    /// <summary>Joins the hashes of parts; the order counts.</summary>
    public static long Combine(long first, long second) =>
        Mix(((ulong)first * Prime) ^ (((ulong)second << 31) | ((ulong)second >> 33)) ^ Offset);

    // The finaliser of MurmurHash3: neighbouring inputs end up far apart, so that sums of hashes do not cancel out.
    private static long Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return (long)(hash ^ (hash >> 33));
    }
}
