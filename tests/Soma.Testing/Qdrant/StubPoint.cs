using System.Text.Json.Nodes;

namespace Soma.Testing.Qdrant;

/// <summary>A point of the stub. It is immutable: an upsert replaces it by a new one.</summary>
internal sealed record StubPoint(
    Guid Id, IReadOnlyDictionary<string, float[]> Dense, IReadOnlyDictionary<string, Dictionary<uint, float>> Sparse, JsonObject Payload, long Version);
