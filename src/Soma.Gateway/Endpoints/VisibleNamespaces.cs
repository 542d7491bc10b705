namespace Soma.Gateway.Endpoints;

/// <summary>Lists the namespaces of a tenant that a caller may use, in the order of their names.</summary>
/// <remarks>
/// Each name or pattern of the caller is a range of names. The ranges that no other one covers do not overlap, so reading them one after the
/// other gives the order of the whole, and a caller with one namespace among a hundred thousand does not have them all read.
/// </remarks>
internal static class VisibleNamespaces
{
    public static async Task<NamespaceList> ListAsync(NamespaceClient client, Caller caller, ListNamespaces asked, CancellationToken cancellationToken)
    {
        var found = new List<NamespaceSummary>();
        foreach (var range in RangesOf(caller))
        {
            if (found.Count <= asked.Limit && Narrow(asked, range) is { } query)
            {
                var page = await client.ListNamespacesAsync(query with { Limit = range.IsPattern ? asked.Limit + 1 - found.Count : 1 }, cancellationToken);
                found.AddRange(page.Namespaces.Where(one => range.IsPattern || one.Key.Name == range.Start));
            }
        }

        return new NamespaceList([.. found.Take(asked.Limit)], HasMore: found.Count > asked.Limit);
    }

    private static IEnumerable<(string Start, bool IsPattern)> RangesOf(Caller caller) =>
        caller.Namespaces.Distinct()
            .Where(one => !(caller with { Namespaces = [.. caller.Namespaces.Where(other => other != one)] }).Covers(one))
            .Select(one => (Start: one.TrimEnd('*'), IsPattern: one.EndsWith('*')))
            .OrderBy(range => range.Start, StringComparer.Ordinal);

    /// <summary>The part of a query that lies in a range; null: none does.</summary>
    private static ListNamespaces? Narrow(ListNamespaces asked, (string Start, bool IsPattern) range)
    {
        var (start, isPattern) = range;
        if (!isPattern)
        {
            // Only the first name that begins like this can be the name itself.
            return start.StartsWith(asked.Prefix, StringComparison.Ordinal) && string.CompareOrdinal(start, asked.After) > 0
                ? asked with { Prefix = start, After = null }
                : null;
        }

        return start.StartsWith(asked.Prefix, StringComparison.Ordinal) ? asked with { Prefix = start }
            : asked.Prefix.StartsWith(start, StringComparison.Ordinal) ? asked
            : null;
    }
}
