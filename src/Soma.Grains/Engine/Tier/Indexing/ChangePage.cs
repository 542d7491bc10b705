using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Engine.Tier.Indexing;

/// <summary>The changes in one stretch of a namespace's log, as an index needs them.</summary>
/// <param name="Through">The last seq of the stretch. If it equals the seq at which the stretch began, there were no
/// further changes.</param>
/// <param name="Coordinates">The coordinates whose memories changed in the stretch, each once.</param>
/// <param name="Rows">The current rows of these coordinates, perhaps of a change after the stretch. Tombstones are
/// included; coordinates without a row are missing.</param>
public sealed record ChangePage(
    long Through, IReadOnlyCollection<Coordinate> Coordinates, IReadOnlyDictionary<Coordinate, MemoryRow> Rows);
