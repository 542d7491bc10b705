using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Soma.Gateway.Http;

/// <summary>
/// SHA-256 of what a request asked for. Every field is preceded by its length, so that no two requests can run together
/// into the same bytes.
/// </summary>
internal static class RequestHash
{
    public static byte[] Compute(ReadOnlySpan<string> fields, ReadOnlySpan<byte> body)
    {
        var size = sizeof(int) + body.Length;
        foreach (var field in fields)
        {
            size += sizeof(int) + Encoding.UTF8.GetMaxByteCount(field.Length);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(size);
        var length = 0;
        foreach (var field in fields)
        {
            var bytes = Encoding.UTF8.GetBytes(field, buffer.AsSpan(length + sizeof(int)));
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(length), bytes);
            length += sizeof(int) + bytes;
        }

        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(length), body.Length);
        body.CopyTo(buffer.AsSpan(length + sizeof(int)));
        var hash = SHA256.HashData(buffer.AsSpan(0, length + sizeof(int) + body.Length));
        ArrayPool<byte>.Shared.Return(buffer);
        return hash;
    }
}
