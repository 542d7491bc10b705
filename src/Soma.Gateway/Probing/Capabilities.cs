using Soma.Grains.Interfaces;

namespace Soma.Gateway.Probing;

/// <summary>Which capabilities work now, under the names that clients read.</summary>
/// <param name="Store">Memories can be read and written; links lie in the same store.</param>
/// <param name="Vectors">Memories can be found by meaning: from the resident index, from Qdrant, or from the store.</param>
internal readonly record struct Capabilities(bool Store, bool Vectors)
{
    /// <summary>Names of components that can find vectors without the store.</summary>
    private static readonly string[] VectorComponents = ["resident", "qdrant"];

    public static Capabilities Of(HealthReply? reply) => reply is null
        ? default
        : new Capabilities(
            reply.Store,
            reply.Store || reply.Components.Any(c => c.Healthy && VectorComponents.Contains(c.Name, StringComparer.OrdinalIgnoreCase)));
}
