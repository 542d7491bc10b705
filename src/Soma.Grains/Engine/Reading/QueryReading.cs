using System.Runtime.InteropServices;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Makes of a query what is ranked by; vectors of its text are made later, off the turn.</summary>
internal static class QueryReading
{
    /// <summary>What keeps this namespace from serving the query; null: nothing.</summary>
    public static Rejection? Refuse(SearchMemories query, Ownership owned) =>
        query.Vector is { } vector && owned.BroughtDimension is { } dimension && dimension != vector.Length / sizeof(float)
            ? new Rejection
            {
                Status = 400,
                Detail = $"The embedding has dimension {vector.Length / sizeof(float)}; this namespace's has dimension {dimension}.",
            }
            : null;

    public static SearchRequest Of(SearchMemories query, NamespaceConfiguration configuration, Instant now) => new()
    {
        Query = query.Query,
        BroughtVector = query.Vector is { } bytes ? UnitVector.Of(MemoryMarshal.Cast<byte, float>(bytes)) : null,
        TopK = query.TopK,
        Offset = query.Offset,
        Filter = RowFilter.Read(query.Filter),
        Type = query.Type,
        Mode = query.Mode,
        MinScore = query.MinScore,
        Explain = query.Explain,
        Exact = query.Exact,
        RecencyWeight = query.RecencyWeight,
        RecencyHalfLife = configuration.RecencyHalfLife,
        ImportanceWeight = query.ImportanceWeight,
        Now = now,
    };
}
