namespace Soma.Archives.Objects;

/// <summary>The order in which a table's rows lie in a segment: by the bytes of their keys, as both databases order them.</summary>
internal sealed class RowOrder(int[] key) : IComparer<object?[]>
{
    public static RowOrder Of(ArchiveTable table) => new(table.Name switch
    {
        "links" or "embeddings" => [0, 1, 2],
        _ => [0],
    });

    public int Compare(object?[]? x, object?[]? y)
    {
        foreach (var column in key)
        {
            var order = (x![column], y![column]) switch
            {
                (long one, long other) => one.CompareTo(other),
                (string one, string other) => CompareText(one, other),
                (byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other),
                _ => 0,
            };
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    // The databases compare UTF-8. UTF-16 has another order where a surrogate meets a character behind the surrogates.
    private static int CompareText(string one, string other)
    {
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            if (one[i] != other[i])
            {
                return Place(one[i]) - Place(other[i]);
            }
        }

        return one.Length - other.Length;
    }

    private static int Place(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
