namespace Soma.Gateway.Answers;

/// <summary>What of a hit is shown.</summary>
internal readonly record struct HitShape(bool HasPayload = true, bool HasEmbedding = false, bool IsFlat = false);
