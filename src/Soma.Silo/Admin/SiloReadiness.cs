using System.Text.Json.Serialization;
using Soma.Silo.Membership;

namespace Soma.Silo.Admin;

/// <summary>The answer of a silo's <c>/health/ready</c>.</summary>
internal sealed record SiloReadiness
{
    public required RowState Membership { get; init; }

    /// <summary>Whether a write to the store just succeeded.</summary>
    public required bool Store { get; init; }

    public required bool Stopping { get; init; }

    /// <summary>
    /// A silo that has joined stays ready while the membership table cannot be reached, because it goes on serving.
    /// </summary>
    public bool Ready => Store && !Stopping && Membership is RowState.Active or RowState.Unreachable;
}

/// <summary>Writes the answer as JSON in snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SiloReadiness))]
internal sealed partial class SiloReadinessJson : JsonSerializerContext;
