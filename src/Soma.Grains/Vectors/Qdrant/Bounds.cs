namespace Soma.Grains.Vectors.Qdrant;

/// <summary>A condition between two of Qdrant's: what passes <see cref="Under"/> passes it, what passes it passes <see cref="Over"/>.</summary>
/// <param name="Over">A superset.</param>
/// <param name="Under">A subset: what a negation needs, which turns the two round.</param>
/// <param name="IsExact">Whether the two differ by nothing but open points.</param>
internal readonly record struct Bounds(Bound Over, Bound Under, bool IsExact)
{
    /// <summary>Nothing can be said.</summary>
    public static Bounds Unknown { get; } = new(Bound.Everything, Bound.Nothing, false);

    public static Bounds Exactly(bool passes)
    {
        var bound = passes ? Bound.Everything : Bound.Nothing;
        return new Bounds(bound, bound, true);
    }
}
