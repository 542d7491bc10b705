using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Resident;

/// <summary>Reads the living memories of a namespace for its index, newest first, while commits go on.</summary>
/// <remarks>
/// While the caller takes one page in, the next is prepared on other threads, and the one after it is read. What a commit touched while
/// its page was read is uncertain; it is read again at the end, when that commit is published or has failed.
/// </remarks>
internal sealed class StoredPages(EngineServices services, RowReader reader, NamespaceConfiguration configuration)
{
    private static readonly ParallelOptions Preparing = new()
    {
        MaxDegreeOfParallelism = Environment.ProcessorCount,
        TaskScheduler = TaskScheduler.Default,
    };

    private readonly ICanonicalStore _store = services.Store;
    private readonly StoredRefinements _refinements = new(services.Embeddings, configuration);

    /// <param name="owner">Of the namespace. Once it owns no more, pages are empty.</param>
    /// <param name="floor">Memories up to this seq are left out.</param>
    public async IAsyncEnumerable<IndexEntry[]> ReadAsync(NamespaceOwner owner, long floor)
    {
        var namespaceId = owner.Current!.Id;
        var uncertain = new HashSet<Coordinate>();
        var reading = ReadPageAsync(namespaceId, long.MaxValue, floor);
        var prepared = Task.FromResult<IndexEntry[]>([]);
        try
        {
            while (await reading is { Rows: [.., var last] rows } page)
            {
                reading = ReadPageAsync(namespaceId, last.Seq, floor);
                uncertain.UnionWith(rows.Select(row => row.Coordinate).Where(page.Touched.Contains));
                var entries = await prepared;
                prepared = PrepareAsync(owner, [.. rows.Where(row => !page.Touched.Contains(row.Coordinate))]);
                yield return entries;
            }

            yield return await prepared;
            while (uncertain.Count > 0)
            {
                await reader.Settled;
                yield return await ReadAgainAsync(owner, namespaceId, uncertain);
            }
        }
        finally
        {
            // A caller that stops early leaves nothing behind that runs on its own.
            await Task.WhenAll(reading, prepared)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task<(IReadOnlyList<MemoryRow> Rows, IReadOnlySet<Coordinate> Touched)> ReadPageAsync(long namespaceId, long before, long floor)
    {
        var (rows, touched) = await reader.ReadStableAsync(
            () => _store.ReadNewestAsync(namespaceId, before, services.Options.LoadPageSize, CancellationToken.None));
        return (rows.Count > 0 && rows[^1].Seq <= floor ? [.. rows.Where(row => row.Seq > floor)] : rows, touched);
    }

    private async Task<IndexEntry[]> ReadAgainAsync(NamespaceOwner owner, long namespaceId, HashSet<Coordinate> uncertain)
    {
        var (read, touched) = await reader.ReadStableAsync(() => _store.ReadAsync(namespaceId, uncertain, [], CancellationToken.None));
        var certain = uncertain.Where(coordinate => !touched.Contains(coordinate)).ToArray();
        uncertain.ExceptWith(certain);
        return await PrepareAsync(owner, [.. certain.Select(read.Rows.GetValueOrDefault).OfType<MemoryRow>().Where(row => row.Alive)]);
    }

    private async Task<IndexEntry[]> PrepareAsync(NamespaceOwner owner, IReadOnlyList<MemoryRow> rows)
    {
        if (owner.Current is not { } owned)
        {
            return [];
        }

        var (fields, indexer, isBroughtText) = (configuration.SequenceFields, configuration.Indexer, configuration.IsBroughtText);
        var (text, model) = await _refinements.ReadAsync(owned, rows);
        var entries = new IndexEntry[rows.Count];
        await Parallel.ForAsync(0, rows.Count, Preparing, (i, _) =>
        {
            entries[i] = new IndexEntry
            {
                Row = rows[i],
                Content = indexer.Prepare(rows[i].Payload, rows[i].Text, fields),
                IsBroughtText = isBroughtText,
                Text = text.GetValueOrDefault(rows[i].Seq),
                Model = model.GetValueOrDefault(rows[i].Seq),
            };
            return ValueTask.CompletedTask;
        });
        return entries;
    }
}
