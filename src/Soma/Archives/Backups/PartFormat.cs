namespace Soma.Archives.Backups;

/// <summary>The marks that the files of a backup consist of. docs/backup-format.md describes the format.</summary>
internal static class PartFormat
{
    /// <summary>The format that this build writes, and the newest that it reads.</summary>
    public const byte Version = 2;

    public const byte EndOfRows = 0;
    public const byte Row = 1;

    public const byte Null = 0;
    public const byte Value = 1;
    public const byte True = 2;

    public static ReadOnlySpan<byte> Magic => "SOMAPART"u8;

    public static ReadOnlySpan<byte> End => "DONE"u8;

    /// <summary>Encodes numbers near zero as small positive numbers: 0, -1, 1, -2 become 0, 1, 2, 3.</summary>
    public static ulong ZigZag(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}

/// <summary>The beginning of a part, before its tables.</summary>
internal sealed record PartHeader(NamespaceKey Key, NamespaceRow Row, byte[]? Settings);
