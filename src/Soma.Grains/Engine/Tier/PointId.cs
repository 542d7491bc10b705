using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Soma.Grains.Engine.Tier;

/// <summary>
/// Computes the ids of points (UUID version 5) from namespace and coordinate, so that writing a memory again replaces
/// its point.
/// </summary>
public static class PointId
{
    // A constant chosen once at random. With another value, no stored point would ever be found or replaced again.
    private static readonly Guid Root = new("5f1d2c0e-6a3b-4c8e-9b7a-0d4e8f6a2c31");

    /// <summary>The id of a memory's point.</summary>
    public static Guid Of(long namespaceId, Coordinate coordinate) => Make(namespaceId, 0, coordinate.Text);

    /// <summary>The id of a namespace's mark. No coordinate has the same id.</summary>
    public static Guid OfMark(long namespaceId) => Make(namespaceId, 1, "");

    private static Guid Make(long namespaceId, byte kind, string text)
    {
        const int Prefix = 16 + sizeof(long) + 1;
        var name = new byte[Prefix + Encoding.UTF8.GetByteCount(text)];
        Root.TryWriteBytes(name, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(name.AsSpan(16), namespaceId);
        name[Prefix - 1] = kind;
        Encoding.UTF8.GetBytes(text, name.AsSpan(Prefix));

        // UUID version 5 prescribes SHA-1 (RFC 9562). The hash protects nothing here.
#pragma warning disable CA5350
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(name, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
