namespace Soma.Archives.Exports;

/// <summary>Writes a file's rows through a running service, in order: memories in batches, links and deletes one by one.</summary>
/// <remarks>
/// Every request has an <c>Idempotency-Key</c> of the run, the line it begins at and its content. So a request whose answer was
/// lost is sent again without being applied twice, and so is a whole run that broke off, for as long as the service keeps keys.
/// </remarks>
internal sealed class ServiceImport : IDisposable
{
    private const int MostItems = 500;
    private const int MostBytes = 2 << 20;

    private readonly ImportSender _sender;
    private readonly List<ImportItem> _batch = [];
    private long _batchBytes;
    private ImportCounts _sent;

    public ServiceImport(ImportRequest request, Uri url, string token, TimeProvider clock)
    {
        Run = request.Run ?? Guid.NewGuid().ToString("N")[..12];
        _sender = new ImportSender(url, request.Key, token, Run, clock);
    }

    /// <summary>Names this import.</summary>
    public string Run { get; }

    /// <exception cref="StartupException">The file is not what it should be, or the service refused a write or stayed away.</exception>
    public async Task<ImportCounts> RunAsync(ImportSource source, CancellationToken cancellationToken)
    {
        await foreach (var (line, row) in source.ReadAsync(cancellationToken))
        {
            await TakeAsync(line, row, cancellationToken);
        }

        await FlushAsync(cancellationToken);
        return _sent;
    }

    public void Dispose() => _sender.Dispose();

    private async Task TakeAsync(long line, LogRow row, CancellationToken cancellationToken)
    {
        if (row.Op == LogOp.Put)
        {
            await PutAsync(line, row, cancellationToken);
            return;
        }

        await FlushAsync(cancellationToken);
        switch (row.Op)
        {
            case LogOp.Delete:
                await _sender.SendAsync(HttpMethod.Delete, $"memories/{Uri.EscapeDataString(row.Coordinate.Text)}", null, line, cancellationToken);
                _sent = _sent with { Deletes = _sent.Deletes + 1 };
                break;
            case LogOp.Link:
                await _sender.SendAsync(HttpMethod.Post, "graph/link", ImportBodies.Link(row), line, cancellationToken);
                _sent = _sent with { Links = _sent.Links + 1 };
                break;
            default:
                await _sender.SendAsync(HttpMethod.Delete, "graph/link", ImportBodies.Link(row), line, cancellationToken);
                _sent = _sent with { Deletes = _sent.Deletes + 1 };
                break;
        }
    }

    private async Task PutAsync(long line, LogRow row, CancellationToken cancellationToken)
    {
        // A version whose payload was let go: a later one stands for the memory, if it is still there.
        if (row.Payload is null)
        {
            return;
        }

        var item = new ImportItem(line, ImportBodies.Memory(row));
        if (_batch.Count == MostItems || _batchBytes + item.Json.Length > MostBytes)
        {
            await FlushAsync(cancellationToken);
        }

        _batch.Add(item);
        _batchBytes += item.Json.Length;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            await _sender.SendAsync(HttpMethod.Post, "memories/batch", ImportBodies.Batch(_batch), _batch[0].Line, cancellationToken);
            _sent = _sent with { Memories = _sent.Memories + _batch.Count };
            _batch.Clear();
            _batchBytes = 0;
        }
    }
}

/// <summary>What was written through a service.</summary>
internal readonly record struct ImportCounts(long Memories, long Links, long Deletes);

/// <summary>A memory on its way into a batch.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Json">The batch's item.</param>
internal sealed record ImportItem(long Line, byte[] Json);
