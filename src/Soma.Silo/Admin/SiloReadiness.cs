using System.Text.Json.Serialization;
using Soma.Silo.Membership;

namespace Soma.Silo.Admin;

/// <summary>What <c>/health/ready</c> of a silo says.</summary>
internal sealed record SiloReadiness
{
    public required RowState Membership { get; init; }

    /// <summary>A row of the store could just be written.</summary>
    public required bool Store { get; init; }

    public required bool Stopping { get; init; }

    /// <summary>A membership table that does not answer takes nothing away from a silo that has joined.</summary>
    public bool Ready => Store && !Stopping && Membership is RowState.Active or RowState.Unreachable;
}

/// <summary>How it is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SiloReadiness))]
internal sealed partial class SiloReadinessJson : JsonSerializerContext;
