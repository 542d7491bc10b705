using System.Text.Json.Nodes;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>The part of a filter that Qdrant can test.</summary>
/// <param name="Condition">A Qdrant condition that every memory passes which passes the filter; null: Qdrant gets no
/// condition.</param>
/// <param name="IsExact">Whether the only other points that pass are those with the token <see
/// cref="FilterTokens.Open"/>.</param>
/// <param name="PassesNothing">Whether no memory can pass the filter, so that Qdrant need not be asked.</param>
internal sealed record PushedFilter(JsonObject? Condition, bool IsExact, bool PassesNothing);
