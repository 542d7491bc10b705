using System.Text.Json.Nodes;
using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>What of a filter Qdrant can be asked.</summary>
/// <param name="Condition">A condition of Qdrant's that at least everything passes which passes the filter; null: no condition.</param>
/// <param name="IsExact">Whether nothing else passes it but points with the token <see cref="FilterTokens.Open"/>.</param>
/// <param name="PassesNothing">Whether the filter lets nothing pass, so that Qdrant need not be asked.</param>
internal sealed record PushedFilter(JsonObject? Condition, bool IsExact, bool PassesNothing);
