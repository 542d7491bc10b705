using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Resident;

/// <summary>Reads the living memories of a namespace for its index, newest first, while commits go on.</summary>
/// <remarks>
/// While the caller takes one page in, each processor makes a segment of another, and the next is read. What a commit touched while
/// its page was read is uncertain; it is read again at the end, when that commit is published or has failed.
/// </remarks>
internal sealed class StoredPages(EngineServices services, RowReader reader, NamespaceConfiguration configuration)
{
    // Preparing so many takes a millisecond. Then whatever else waits for the thread has its turn.
    private const int RowsPerTurn = 64;

    private readonly ICanonicalStore _store = services.Store;
    private readonly StoredRefinements _refinements = new(services.Embeddings, configuration);

    /// <param name="owner">Of the namespace. Once it owns no more, nothing comes.</param>
    /// <param name="floor">Memories up to this seq are left out.</param>
    /// <param name="dimension">How many numbers a vector of the table's space has.</param>
    public async IAsyncEnumerable<LoadedSegment> ReadAsync(NamespaceOwner owner, long floor, int dimension)
    {
        var namespaceId = owner.Current!.Id;
        var uncertain = new HashSet<Coordinate>();
        var size = new PageSize(services.Options.LoadPageSize);
        var reading = ReadPageAsync(namespaceId, long.MaxValue, floor, size.Rows);
        var making = new Queue<Task<LoadedSegment?>>();
        try
        {
            while (await reading is { Rows: [.., var last] rows } page)
            {
                size.Learn(rows);
                reading = ReadPageAsync(namespaceId, last.Seq, floor, size.Rows);
                uncertain.UnionWith(page.Touched.Intersect(rows.Select(row => row.Coordinate)));
                making.Enqueue(MakeAsync(owner, page.Touched.Count == 0 ? rows : [.. rows.Where(row => !page.Touched.Contains(row.Coordinate))], dimension));
                while (making.TryPeek(out var next) && (next.IsCompleted || making.Count > Environment.ProcessorCount))
                {
                    if (await making.Dequeue() is { } segment)
                    {
                        yield return segment;
                    }
                }
            }

            while (making.TryDequeue(out var next))
            {
                if (await next is { } segment)
                {
                    yield return segment;
                }
            }

            while (uncertain.Count > 0)
            {
                await reader.Settled;
                if (await ReadAgainAsync(owner, namespaceId, uncertain, dimension) is { } segment)
                {
                    yield return segment;
                }
            }
        }
        finally
        {
            // A caller that stops early leaves nothing behind that runs on its own.
            await Task.WhenAll([reading, .. making])
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task<(IReadOnlyList<MemoryRow> Rows, IReadOnlySet<Coordinate> Touched)> ReadPageAsync(long namespaceId, long before, long floor, int limit)
    {
        var (rows, touched) = await reader.ReadStableAsync(
            () => _store.ReadNewestAsync(namespaceId, before, limit, CancellationToken.None));
        return (rows.Count > 0 && rows[^1].Seq <= floor ? [.. rows.Where(row => row.Seq > floor)] : rows, touched);
    }

    private async Task<LoadedSegment?> ReadAgainAsync(NamespaceOwner owner, long namespaceId, HashSet<Coordinate> uncertain, int dimension)
    {
        var asked = uncertain.Take(LoadedSegment.LargestCapacity).ToArray();
        var (read, touched) = await reader.ReadStableAsync(() => _store.ReadAsync(namespaceId, asked, [], CancellationToken.None));
        var certain = asked.Where(coordinate => !touched.Contains(coordinate)).ToArray();
        uncertain.ExceptWith(certain);
        return await MakeAsync(owner, [.. certain.Select(read.Rows.GetValueOrDefault).OfType<MemoryRow>().Where(row => row.Alive)], dimension);
    }

    private async Task<LoadedSegment?> MakeAsync(NamespaceOwner owner, IReadOnlyList<MemoryRow> rows, int dimension)
    {
        if (owner.Current is not { } owned || rows.Count == 0)
        {
            return null;
        }

        var (fields, indexer, isBroughtText) = (configuration.SequenceFields, configuration.Indexer, configuration.IsBroughtText);
        var segment = new LoadedSegment(rows.Count, dimension, owned.BroughtDimension ?? 0);
        var (text, model) = await _refinements.ReadAsync(owned, rows);
        return await Task.Run(async () =>
        {
            for (var i = 0; i < rows.Count; i++)
            {
                if (i % RowsPerTurn == RowsPerTurn - 1)
                {
                    await Task.Yield();
                }

                var row = rows[i];
                segment.Add(new IndexEntry
                {
                    Row = row,
                    Content = indexer.Prepare(row.Payload, row.Text, fields),
                    IsBroughtText = isBroughtText,
                    Text = text.GetValueOrDefault(row.Seq),
                    Model = model.GetValueOrDefault(row.Seq),
                });
            }

            return segment;
        });
    }
}
