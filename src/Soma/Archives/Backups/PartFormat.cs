using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Archives;

namespace Soma.Archives.Backups;

/// <summary>What the files of a backup have in common; docs/backup-format.md describes them.</summary>
internal static class PartFormat
{
    /// <summary>The format that this build writes, and the newest that it reads.</summary>
    public const byte Version = 1;

    public const byte EndOfRows = 0;
    public const byte Row = 1;

    public const byte Null = 0;
    public const byte Value = 1;
    public const byte True = 2;

    public static ReadOnlySpan<byte> Magic => "SOMAPART"u8;

    public static ReadOnlySpan<byte> End => "DONE"u8;

    /// <summary>Small numbers of either sign become small ones without.</summary>
    public static ulong ZigZag(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}

/// <summary>What stands before the tables of a part.</summary>
internal sealed record PartHeader(NamespaceKey Key, NamespaceRow Row, byte[]? Settings);
