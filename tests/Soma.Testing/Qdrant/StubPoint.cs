using System.Text.Json.Nodes;

namespace Soma.Testing.Qdrant;

/// <summary>A point of the stub's. Never changed: an upsert puts another one in its place.</summary>
internal sealed record StubPoint(
    Guid Id, IReadOnlyDictionary<string, float[]> Dense, IReadOnlyDictionary<string, Dictionary<uint, float>> Sparse, JsonObject Payload, long Version);
