using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>A stretch of a namespace's log, as far as it concerns an index.</summary>
/// <param name="Through">The last seq of the stretch; where it began: there was nothing more.</param>
/// <param name="Coordinates">Whose memories changed in it, each once.</param>
/// <param name="Rows">What they hold now, perhaps by a later change; tombstones too, unknown ones are missing.</param>
public sealed record ChangePage(
    long Through, IReadOnlyCollection<Coordinate> Coordinates, IReadOnlyDictionary<Coordinate, MemoryRow> Rows);
