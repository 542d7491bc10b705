using Soma.Grains.Interfaces;

namespace Soma.Gateway.Probing;

/// <summary>Which features work now, under the names that clients read in <c>GET /health</c>.</summary>
/// <param name="Store">Memories and links can be read and written.</param>
/// <param name="Vectors">Memories can be found by meaning: in memory, in Qdrant, or from the store.</param>
internal readonly record struct Capabilities(bool Store, bool Vectors)
{
    /// <summary>The components that can search vectors without the store.</summary>
    private static readonly string[] VectorComponents = ["resident", "qdrant"];

    public static Capabilities Of(HealthReply? reply) => reply is null
        ? default
        : new Capabilities(
            reply.Store,
            reply.Store || reply.Components.Any(c => c.Healthy && VectorComponents.Contains(c.Name, StringComparer.OrdinalIgnoreCase)));
}
