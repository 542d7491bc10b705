using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier;

/// <summary>What a query found, best first.</summary>
/// <param name="Hits">Fewer than the limit: there are no more.</param>
/// <param name="Mark">
/// How far the index that was asked reaches, read together with the hits; what counts is the smaller of it and the cursor
/// that the store keeps. Null: it knows nothing of the namespace, and an empty list says nothing either.
/// </param>
/// <param name="IsFilterExact">
/// Whether every hit passes the filter but those marked <see cref="VectorHit.IsOpen"/>. False: look at each.
/// </param>
public sealed record VectorAnswer(IReadOnlyList<VectorHit> Hits, IndexCursor? Mark, bool IsFilterExact);
