using Soma.Gateway.Http;
using Soma.Grains.Interfaces;

namespace Soma.Gateway;

/// <summary>A write that has passed every check the gateway can make.</summary>
internal sealed record WriteRequest
{
    public required NamespaceKey Namespace { get; init; }

    public required WriteOperation[] Operations { get; init; }

    public required AnswerKind Answer { get; init; }

    public required WriteHeaders Headers { get; init; }

    /// <summary>The coordinate in the route, canonical; empty where the route has none.</summary>
    public string Coordinate { get; init; } = "";

    /// <summary>The raw body; empty where there is none.</summary>
    public byte[] Body { get; init; } = [];
}
