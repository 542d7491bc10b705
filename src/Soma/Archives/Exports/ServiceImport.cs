namespace Soma.Archives.Exports;

/// <summary>Writes rows in order through a running service: memories in batches, links and deletes one by one.</summary>
/// <remarks>
/// The <c>Idempotency-Key</c> of a request is made of the run, the request's first line and its content. So a request whose answer
/// was lost can be sent again without being applied twice. The same holds for a whole run that was interrupted, as long as the
/// service keeps the keys (24 hours).
/// </remarks>
internal sealed class ServiceImport : IDisposable
{
    private const int MostItems = 500;
    private const int MostBytes = 2 << 20;

    private readonly ImportSender _sender;
    private readonly List<byte[]> _batch = [];
    private long _batchLine;
    private long _batchBytes;
    private Imported _sent;

    public ServiceImport(ImportRequest request, string run, HttpClient http, TimeProvider clock) => _sender = new ImportSender(http, request, run, clock);

    /// <exception cref="StartupException">The file is damaged, or the service refused a write or was unreachable.</exception>
    public async Task<Imported> RunAsync(ImportSource source, CancellationToken cancellationToken)
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
        var (path, body) = row.Op == LogOp.Delete
            ? ($"memories/{Uri.EscapeDataString(row.Coordinate.Text)}", null)
            : ("graph/link", ImportBodies.Link(row));
        await _sender.SendAsync(row.Op == LogOp.Link ? HttpMethod.Post : HttpMethod.Delete, path, body, line, cancellationToken);
        _sent = row.Op == LogOp.Link ? _sent with { Links = _sent.Links + 1 } : _sent with { Deletes = _sent.Deletes + 1 };
    }

    private async Task PutAsync(long line, LogRow row, CancellationToken cancellationToken)
    {
        // The payload of this version is not kept any more. If the memory still exists, a later row holds it.
        if (row.Payload is null)
        {
            return;
        }

        var item = ImportBodies.Memory(row);
        if (_batch.Count == MostItems || _batchBytes + item.Length > MostBytes)
        {
            await FlushAsync(cancellationToken);
        }

        _batchLine = _batch.Count == 0 ? line : _batchLine;
        _batch.Add(item);
        _batchBytes += item.Length;
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            await _sender.SendAsync(HttpMethod.Post, "memories/batch", ImportBodies.Batch(_batch), _batchLine, cancellationToken);
            _sent = _sent with { Memories = _sent.Memories + _batch.Count };
            _batch.Clear();
            _batchBytes = 0;
        }
    }
}
