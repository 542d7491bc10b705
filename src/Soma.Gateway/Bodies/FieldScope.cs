namespace Soma.Gateway.Bodies;

/// <summary>Where fields lie: in the body, in the query, or in one item of a batch.</summary>
internal readonly record struct FieldScope(string Source, int Item = -1)
{
    public static readonly FieldScope Body = new("body");
    public static readonly FieldScope Query = new("query");

    public static FieldScope BatchItem(int index) => new("body", index);

    /// <summary>The path as the answer gives it, e.g. <c>["body","items",3,"payload"]</c>; made only when something is wrong.</summary>
    public object[] PathTo(string? field, int index = -1)
    {
        var path = new List<object> { Source };
        if (Item >= 0)
        {
            path.Add("items");
            path.Add(Item);
        }

        if (field is not null)
        {
            path.Add(field);
        }

        if (index >= 0)
        {
            path.Add(index);
        }

        return [.. path];
    }
}
