using System.Text;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Text;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Vectors;

/// <summary>Small points in a space of four numbers.</summary>
internal static class Points
{
    private static long _namespaces = DateTime.UtcNow.Ticks;

    public static readonly EmbeddingSpace Space = new("letters", 4);

    public static readonly Instant Now = new(1_700_000_100_000_000);

    /// <summary>A namespace that no other test has, on a server that keeps what earlier runs left there too.</summary>
    public static long NewNamespace() => Interlocked.Increment(ref _namespaces);

    public static Coordinate At(int number) => Coordinate.FromCanonical($"{number}.0");

    public static MemoryRow Row(int number, long seq, string payload = "{}", string? text = null, Instant? expiresAt = null) => new()
    {
        Coordinate = At(number),
        Seq = seq,
        Version = 1,
        Alive = true,
        Type = (MemoryType)(number % 3),
        Importance = number,
        CreatedAt = new Instant(1_700_000_000_000_000 + seq),
        UpdatedAt = new Instant(1_700_000_000_000_000 + seq),
        ExpiresAt = expiresAt,
        Payload = Encoding.UTF8.GetBytes(payload),
        Text = text,
        HasText = text is not null,
    };

    public static VectorPoint Of(long namespaceId, MemoryRow row, params float[] dense) => new()
    {
        NamespaceId = namespaceId,
        Coordinate = row.Coordinate,
        Seq = row.Seq,
        Dense = dense.Length == 0 ? null : dense,
        Sparse = SparseTerms.OfMemory(IndexedText.Compose(row.Payload, row.Text)),
        Fields = PointFields.Of(row),
    };

    public static SparseVector Words(string text) => SparseTerms.OfQuery(TermCounts.OfQuery(text))!;
}
