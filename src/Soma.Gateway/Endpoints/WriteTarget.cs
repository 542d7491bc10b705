using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Soma.Gateway.Endpoints;

/// <summary>The namespace that a request is for, and what identifies a write: its headers, its key and its body.</summary>
internal readonly record struct WriteTarget(NamespaceKey Namespace, WriteHeaders Headers)
{
    /// <summary>The canonical text of the key in the path; empty if the route has none.</summary>
    public string Coordinate { get; init; } = "";

    /// <summary>The raw body; empty if there is none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>
    /// The idempotency key of the write: the client's, or one that the gateway makes, so that the gateway can send the write again
    /// after a silo's failure.
    /// </summary>
    public IdempotencyKey ToKey(HttpContext context)
    {
        var request = context.Request;
        var template = context.GetEndpoint()?.Metadata.GetMetadata<RouteInfo>()?.Template ?? "";
        return new IdempotencyKey
        {
            Value = Headers.IdempotencyKey is { } key
                ? Writer.KeyOf(context, key)
                : IdempotencyKey.GatewayPrefix + Guid.NewGuid().ToString("N"),
            RequestHash = RequestHash.Compute(
                [request.Method, template, Coordinate, request.QueryString.Value ?? "", Headers.IfMatch, Headers.IfNoneMatch], Body),
        };
    }
}

/// <summary>
/// SHA-256 of the content of a request. Each field is preceded by its length. Otherwise two different requests could give the same
/// bytes, such as the fields <c>ab</c>, <c>c</c> and <c>a</c>, <c>bc</c>.
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
