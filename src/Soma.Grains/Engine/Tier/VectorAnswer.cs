using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier;

/// <summary>The result of a query, best hit first.</summary>
/// <param name="Hits">The hits. If there are fewer than the limit, no more exist.</param>
/// <param name="Mark">
/// How far the index reaches, read together with the hits. The smaller of this mark and the stored cursor counts. Null:
/// the index does not know the namespace, so an empty list of hits says nothing about it.
/// </param>
/// <param name="IsFilterExact">
/// Whether every hit passes the filter, except perhaps those marked <see cref="VectorHit.IsOpen"/>. False: the caller
/// must test each hit.
/// </param>
public sealed record VectorAnswer(IReadOnlyList<VectorHit> Hits, IndexCursor? Mark, bool IsFilterExact);
