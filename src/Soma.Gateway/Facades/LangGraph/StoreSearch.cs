namespace Soma.Gateway.LangGraph;

/// <summary>Finds items and lists namespaces.</summary>
internal static class StoreSearch
{
    private const int MostPerPage = 1000;

    /// <summary>What the query finds, best first, and then the items that it does not, latest first and without a score.</summary>
    public static async Task<IResult> SearchAsync(StoreCall<SearchForm> call)
    {
        if (call.Form.RefreshesTtl)
        {
            call.RefuseRefreshOfReaders();
        }

        var wanted = call.Form.Offset + call.Form.Limit;
        var seen = new HashSet<Coordinate>();
        var (read, items, bytes) = (new List<MemoryRecord>(), new List<StoreItem>(), 0L);
        await foreach (var (memory, score) in CandidatesAsync(call, wanted))
        {
            if (StoreItem.Of(memory, score) is { } item && seen.Add(memory.Coordinate) && seen.Count > call.Form.Offset)
            {
                bytes += AnswerSize.Of(memory, isFlat: false);
                if (bytes > AnswerSize.Most && items.Count > 0)
                {
                    return new Problem(413, "The answer would be larger than 8 MB; ask for fewer items");
                }

                read.Add(memory);
                items.Add(item);
            }

            if (seen.Count == wanted)
            {
                break;
            }
        }

        if (call.Form.RefreshesTtl)
        {
            await call.RefreshAsync(read);
        }

        return Answer<StoreItemPage>.Of(new StoreItemPage([.. items]), bytes);
    }

    /// <summary>The namespaces that have items, sorted; those that <c>max_depth</c> makes equal are one. It reads all items below the prefix.</summary>
    public static async Task<IResult> ListNamespacesAsync(StoreCall<NamespacesForm> call)
    {
        var form = call.Form;
        var found = new SortedSet<string[]>(Comparer<string[]>.Create(Compare));
        await foreach (var memory in call.ListAsync(StoreFilter.Below(form.Labels.TakeWhile(label => label != NamespacesForm.AnyLabel), []), MostPerPage))
        {
            if (StoreItem.LabelsOf(memory) is { } labels && Matches(form.Labels, labels, 0) && Matches(form.Suffix, labels, labels.Length - form.Suffix.Count))
            {
                found.Add(labels.Length <= form.Depth ? labels : labels[..form.Depth]);
            }
        }

        return Answer<StoreNamespacePage>.Of(new StoreNamespacePage([.. found.Skip(form.Offset).Take(form.Limit)]));
    }

    private static async IAsyncEnumerable<(MemoryRecord Memory, double? Score)> CandidatesAsync(StoreCall<SearchForm> call, int wanted)
    {
        var form = call.Form;
        if (!string.IsNullOrWhiteSpace(form.Query))
        {
            await foreach (var hit in call.SearchAsync(form.Query, StoreFilter.Below(form.Labels, form.Filter, onlyIndexed: true), wanted))
            {
                yield return (hit.Memory, hit.Score);
            }
        }

        await foreach (var memory in call.ListAsync(StoreFilter.Below(form.Labels, form.Filter), wanted))
        {
            yield return (memory, null);
        }
    }

    private static bool Matches(List<string> patterns, string[] labels, int from) =>
        from >= 0 && from + patterns.Count <= labels.Length && patterns.Select((pattern, i) => pattern == NamespacesForm.AnyLabel || pattern == labels[from + i]).All(matches => matches);

    private static int Compare(string[] left, string[] right)
    {
        var first = left.Zip(right, string.CompareOrdinal).FirstOrDefault(order => order != 0);
        return first != 0 ? first : left.Length.CompareTo(right.Length);
    }
}
