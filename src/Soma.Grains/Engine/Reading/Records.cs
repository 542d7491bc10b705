using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;

namespace Soma.Grains.Engine.Reading;

/// <summary>Turns stored rows into the records that get, list and search return.</summary>
internal sealed class Records(AccessCounts accessCounts, NamespaceConfiguration configuration, NamespaceIndex index)
{
    // The members of a record besides its payload: key, times and names.
    private const int EnvelopeBytes = 600;

    public MemoryRecord ToRecord(MemoryRow row, Ownership owned, bool includeVector = false, bool includePayload = true) => new()
    {
        Coordinate = row.Coordinate,
        Payload = includePayload ? row.Payload : [],
        Type = row.Type,
        Importance = row.Importance,
        ImportanceNorm = owned.LargestImportance > 0 ? Math.Clamp(row.Importance / owned.LargestImportance, 0, 1) : 0,
        AccessCount = row.AccessCount + accessCounts.Pending(row.Coordinate),
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        ExpiresAt = row.ExpiresAt,
        Version = row.Version,
        Seq = row.Seq,
        EmbeddingSource = EmbeddingSource.Of(row, SourceOf(row)),
        BroughtVector = includeVector ? row.BroughtVector : null,
    };

    /// <summary>The record of a version of the past. Its vector is the first one, and accesses are counted for the present alone.</summary>
    public MemoryRecord ToPastRecord(MemoryRow row, Ownership owned, bool includeVector = false, bool includePayload = true) =>
        ToRecord(row, owned, includeVector, includePayload) with
        {
            AccessCount = 0,
            EmbeddingSource = EmbeddingSource.Of(row, configuration.FirstSource),
        };

    /// <summary>The record of a row of a view: of the present, or of a moment of the past.</summary>
    public MemoryRecord ToRecord(MemoryRow row, in IndexView view, bool includeVector = false, bool includePayload = true) => view.IsPast
        ? ToPastRecord(row, view.Owned, includeVector, includePayload)
        : ToRecord(row, view.Owned, includeVector, includePayload);

    /// <summary>About how many bytes of JSON the row takes in an answer.</summary>
    /// <remarks>A number of a vector has four bytes and takes about twelve characters of JSON.</remarks>
    public static long SizeOf(MemoryRow row, bool includeVector = false, bool includePayload = true) =>
        EnvelopeBytes + (includePayload ? row.Payload.Length : 0) + (includeVector ? 3L * (row.BroughtVector?.Length ?? 0) : 0);

    private string SourceOf(MemoryRow row) =>
        configuration.Models.Model is { } model && index.IsRefined(row.Coordinate) ? model.ModelName : configuration.FirstSource;
}
