namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Finds the known name that a misspelled name probably meant.</summary>
public static class NearestName
{
    private const int Farthest = 2;

    /// <summary>The known name with the fewest letters to change (case, <c>$</c> and <c>_</c> do not count); null: none is near.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var bare = Bare(name);
        var nearest = known.Select(candidate => (Name: candidate, Distance: Distance(bare, Bare(candidate)))).MinBy(candidate => candidate.Distance);

        // In a short name fewer letters may differ: "id" does not mean "in".
        return nearest.Name is not null && nearest.Distance <= Math.Min(Farthest, (bare.Length - 1) / 2) ? nearest.Name : null;
    }

    private static string Bare(string name) =>
        name.Replace("$", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    // The Levenshtein distance, computed with two rows of its table.
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > Farthest)
        {
            return int.MaxValue;
        }

        int[] above = [.. Enumerable.Range(0, right.Length + 1)];
        for (var i = 0; i < left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                row[j + 1] = Math.Min(Math.Min(row[j], above[j + 1]) + 1, above[j] + (left[i] == right[j] ? 0 : 1));
            }

            above = row;
        }

        return above[^1];
    }
}
