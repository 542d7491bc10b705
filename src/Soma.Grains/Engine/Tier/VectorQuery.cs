using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Engine.Tier;

/// <summary>What is searched for in one namespace.</summary>
public sealed record VectorQuery
{
    public required long NamespaceId { get; init; }

    /// <summary>The query's vector, of the space's dimension. With <see cref="Sparse"/>: both rank, fused by their ranks.</summary>
    public float[]? Dense { get; init; }

    /// <summary>The query's words, see <see cref="SparseTerms.OfQuery"/>.</summary>
    public SparseVector? Sparse { get; init; }

    /// <summary>
    /// Narrows as far as the tier can express it; hits that do not pass may remain (see <see cref="VectorAnswer.IsFilterExact"/>),
    /// hits that pass are never lost.
    /// </summary>
    public FilterExpression Filter { get; init; } = FilterExpression.Empty;

    /// <summary>Memories whose time is over by then are left out.</summary>
    public required Instant Now { get; init; }

    /// <summary>Most hits, at least 1.</summary>
    public required int Limit { get; init; }

    /// <summary>Hits to pass over: how a search goes on that has not enough yet.</summary>
    public int Offset { get; init; }

    /// <summary>The least score, for <see cref="Dense"/> or <see cref="Sparse"/> alone; null: any.</summary>
    public float? MinScore { get; init; }
}
