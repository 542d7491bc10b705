namespace Soma.Grains.Vectors.Qdrant;

/// <summary>
/// A filter condition enclosed by two Qdrant conditions: a memory that passes <see cref="Under"/> passes the filter,
/// and a memory that passes the filter passes <see cref="Over"/>.
/// </summary>
/// <param name="Over">Lets a superset pass.</param>
/// <param name="Under">Lets a subset pass. A negation needs it, because negating swaps superset and subset.</param>
/// <param name="IsExact">Whether the two differ only in points whose fields are not all indexed.</param>
internal readonly record struct Bounds(Bound Over, Bound Under, bool IsExact)
{
    /// <summary>Qdrant cannot test this condition: everything may pass it, and nothing surely does.</summary>
    public static Bounds Unknown { get; } = new(Bound.Everything, Bound.Nothing, false);

    public static Bounds Exactly(bool passes)
    {
        var bound = passes ? Bound.Everything : Bound.Nothing;
        return new Bounds(bound, bound, true);
    }
}
