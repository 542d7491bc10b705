using System.Buffers;

namespace Soma.Grains.Storage;

/// <summary>
/// The bytes by which a row of the log names the gateway's operation that wrote it: 16 bytes of the operation's id, 32 of its request
/// hash, and the rest is the embedding source of the answer as UTF-8. If the store evicted memories, their keys follow, each after a line
/// feed, which neither a key nor a source can hold.
/// </summary>
/// <remarks>
/// They stand in for a receipt: together with the row, they are all that the answer to a single store is made of. Migration
/// <c>0007_operations.sql</c> of Postgres reads them too.
/// </remarks>
internal static class StoredOperation
{
    private const int IdBytes = 16;
    private const int HashBytes = 32;
    private const char Separator = '\n';

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Null if the key is not one that a gateway makes: <c>g:</c> and 32 lower-case hexadecimal digits, with a SHA-256.</summary>
    /// <param name="key">The operation's key.</param>
    /// <param name="embeddingSource">As in the answer.</param>
    /// <param name="evicted">The keys of evicted memories, as in the answer; null: it names none.</param>
    public static byte[]? TryMake(IdempotencyKey key, string embeddingSource, IReadOnlyList<string>? evicted = null)
    {
        const int prefix = 2;
        if (!key.Value.StartsWith(IdempotencyKey.GatewayPrefix, StringComparison.Ordinal) || key.RequestHash.Length != HashBytes
            || key.Value.Length != prefix + (2 * IdBytes) || key.Value.AsSpan(prefix).ContainsAnyExcept(Digits))
        {
            return null;
        }

        var answer = evicted is null ? embeddingSource : string.Join(Separator, [embeddingSource, .. evicted]);
        var operation = new byte[IdBytes + HashBytes + Encoding.UTF8.GetByteCount(answer)];
        Convert.FromHexString(key.Value.AsSpan(prefix), operation, out _, out _);
        key.RequestHash.CopyTo(operation, IdBytes);
        Encoding.UTF8.GetBytes(answer, operation.AsSpan(IdBytes + HashBytes));
        return operation;
    }

    /// <summary>The operation's idempotency key.</summary>
    public static string KeyOf(ReadOnlySpan<byte> operation) =>
        IdempotencyKey.GatewayPrefix + Convert.ToHexStringLower(operation[..IdBytes]);

    public static byte[] RequestHashOf(ReadOnlySpan<byte> operation) => operation.Slice(IdBytes, HashBytes).ToArray();

    public static string EmbeddingSourceOf(ReadOnlySpan<byte> operation) => AnswerOf(operation)[0];

    /// <summary>The keys of the memories that the store evicted; null: none.</summary>
    public static string[]? EvictedOf(ReadOnlySpan<byte> operation) => AnswerOf(operation) is [_, _, ..] answer ? answer[1..] : null;

    private static string[] AnswerOf(ReadOnlySpan<byte> operation) => Encoding.UTF8.GetString(operation[(IdBytes + HashBytes)..]).Split(Separator);
}

/// <summary>What tells, of a row of the log, which operation wrote it.</summary>
/// <param name="Seq">The row's.</param>
/// <param name="At">The time of its commit.</param>
/// <param name="Operation">As in <see cref="LogRow.Operation"/>.</param>
public readonly record struct LoggedOperation(long Seq, Instant At, byte[]? Operation);
