namespace Soma.Archives.Backups;

/// <summary>The marks that the files of a backup consist of. docs/backup-format.md describes the format.</summary>
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

    /// <summary>Encodes numbers near zero as small positive numbers: 0, -1, 1, -2 become 0, 1, 2, 3.</summary>
    public static ulong ZigZag(long value) => (ulong)(value << 1) ^ (ulong)(value >> 63);

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}

/// <summary>The beginning of a part, before its tables.</summary>
internal sealed record PartHeader(NamespaceKey Key, NamespaceRow Row, byte[]? Settings);

/// <summary>Passes bytes to or from another stream and computes their SHA-256. It does not close the other stream.</summary>
internal sealed class HashingStream(Stream inner) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Count { get; private set; }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    /// <summary>The hash of the bytes so far, in lower-case hex. The next hash starts with the next byte.</summary>
    public string TakeHash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        _hash.AppendData(buffer[..read]);
        Count += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        _hash.AppendData(buffer);
        Count += buffer.Length;
    }

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
