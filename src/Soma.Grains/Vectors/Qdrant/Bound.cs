namespace Soma.Grains.Vectors.Qdrant;

/// <summary>
/// A Qdrant condition, or one of the two conditions that Qdrant cannot express: everything passes, and nothing passes.
/// </summary>
internal readonly record struct Bound
{
    private Bound(bool passes, JsonObject? condition)
    {
        Passes = passes;
        Condition = condition;
    }

    public static Bound Everything { get; } = new(true, null);

    public static Bound Nothing { get; } = new(false, null);

    /// <summary>The Qdrant condition; null: <see cref="Passes"/> decides.</summary>
    public JsonObject? Condition { get; }

    /// <summary>Used without a condition: true if everything passes, false if nothing passes.</summary>
    public bool Passes { get; }

    public static Bound Of(JsonObject condition) => new(true, condition);

    public static Bound Not(Bound part) => part.Condition is { } condition
        ? Of(new JsonObject { ["must_not"] = new JsonArray(condition) })
        : part.Passes ? Nothing : Everything;

    public static Bound All(IEnumerable<Bound> parts) => Join(parts, "must", neutral: Everything, absorbing: Nothing);

    public static Bound Any(IEnumerable<Bound> parts) => Join(parts, "should", neutral: Nothing, absorbing: Everything);

    private static Bound Join(IEnumerable<Bound> parts, string clause, Bound neutral, Bound absorbing)
    {
        var conditions = new List<JsonObject>();
        foreach (var part in parts)
        {
            if (part.Condition is { } condition)
            {
                conditions.Add(condition);
            }
            else if (part.Passes == absorbing.Passes)
            {
                return absorbing;
            }
        }

        return conditions.Count switch
        {
            0 => neutral,
            1 => Of(conditions[0]),
            _ => Of(new JsonObject { [clause] = new JsonArray([.. conditions]) }),
        };
    }
}

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
