using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Resident;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Reading;

/// <summary>Turns rows into what readers get.</summary>
internal sealed class Records(AccessCounts accessCounts, NamespaceConfiguration configuration, NamespaceIndex index)
{
    // The envelope around a payload: coordinate, times and names.
    private const int EnvelopeBytes = 600;

    public MemoryRecord ToRecord(MemoryRow row, Ownership owned, bool includeVector = false) => new()
    {
        Coordinate = row.Coordinate,
        Payload = row.Payload,
        Type = row.Type,
        Importance = row.Importance,
        ImportanceNorm = Normalise(row.Importance, owned.LargestImportance),
        AccessCount = row.AccessCount + accessCounts.Pending(row.Coordinate),
        CreatedAt = row.CreatedAt,
        UpdatedAt = row.UpdatedAt,
        ExpiresAt = row.ExpiresAt,
        Version = row.Version,
        Seq = row.Seq,
        EmbeddingSource = EmbeddingSource.Of(row, SourceOf(row)),
        BroughtVector = includeVector ? row.BroughtVector : null,
    };

    /// <summary>How many of these rows one answer may carry; always at least one.</summary>
    public static int CountWithin(IReadOnlyList<MemoryRow> rows, int maxBytes, bool includeVectors, bool includePayloads = true)
    {
        var bytes = 0L;
        for (var i = 0; i < rows.Count; i++)
        {
            // A number of a vector takes about twelve characters of JSON for its four bytes.
            bytes += EnvelopeBytes + (includePayloads ? rows[i].Payload.Length : 0) + (includeVectors ? 3L * (rows[i].BroughtVector?.Length ?? 0) : 0);
            if (bytes > maxBytes && i > 0)
            {
                return i;
            }
        }

        return rows.Count;
    }

    private string SourceOf(MemoryRow row) =>
        configuration.Models.Model is { } model && index.IsRefined(row.Coordinate) ? model.ModelName : configuration.FirstSource;

    private static double Normalise(double importance, double largest) =>
        largest > 0 ? Math.Clamp(importance / largest, 0, 1) : 0;
}
