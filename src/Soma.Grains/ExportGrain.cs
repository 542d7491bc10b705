using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Archives.Exports;

namespace Soma.Grains;

/// <summary>Reads a namespace from one snapshot of the store and writes it as JSON Lines, a chunk for each call.</summary>
/// <remarks>It asks the store and not the owner: what was answered is committed there, and one transaction reads all of it as of one seq.</remarks>
public sealed class ExportGrain(NamespaceReaders readers, IOptions<ClusterOptions> cluster) : Grain, IExportGrain, IDisposable
{
    private const int ChunkBytes = 256 * 1024;

    private INamespaceReader? _reader;
    private INamespaceSnapshot? _snapshot;
    private IAsyncEnumerator<object?[]>? _rows;
    private readonly MemoryStream _buffer = new();
    private ExportWriter? _writer;
    private ExportChunk? _last;
    private long _number;

    public async Task<ExportChunk> OpenAsync(NamespaceKey key, CancellationToken cancellationToken = default)
    {
        if (_last is not null)
        {
            return _number == 0 ? _last : Missing;
        }

        _reader = await readers(cluster.Value.ServiceId, CancellationToken.None);
        _snapshot = await _reader.OpenAsync(key, CancellationToken.None);
        if (_snapshot is not { Row.HeadSeq: > 0 })
        {
            DeactivateOnIdle();
            return Missing;
        }

        _writer = new ExportWriter(_buffer);
        _writer.WriteHeader(new ExportHeader(key, _snapshot.Row.HeadSeq, _snapshot.Row.Horizon, _snapshot.Settings));
        _rows = _snapshot.ReadAsync(ArchiveTables.Log, CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
        return _last = await MakeAsync();
    }

    public async Task<ExportChunk> ReadAsync(long number, CancellationToken cancellationToken = default)
    {
        if (_last is null || number < _number || number > _number + 1 || (number > _number && _last.IsLast))
        {
            DeactivateOnIdle();
            return Missing;
        }

        if (number > _number)
        {
            _last = await MakeAsync();
            _number = number;
        }

        return _last;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_rows is not null)
        {
            await _rows.DisposeAsync();
        }

        if (_snapshot is not null)
        {
            await _snapshot.DisposeAsync();
        }

        if (_reader is not null)
        {
            await _reader.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _buffer.Dispose();
    }

    private static ExportChunk Missing => new() { Bytes = [], IsMissing = true };

    /// <summary>Reads on another thread, because reads of SQLite block.</summary>
    private Task<ExportChunk> MakeAsync() => Task.Run(async () =>
    {
        var isLast = false;
        while (_buffer.Length < ChunkBytes && !isLast)
        {
            if (await _rows!.MoveNextAsync())
            {
                _writer!.WriteRow(ArchivedLog.FromRow(_rows.Current));
            }
            else
            {
                _writer!.WriteEnd();
                isLast = true;
            }
        }

        var chunk = new ExportChunk { Bytes = _buffer.ToArray(), IsLast = isLast, HeadSeq = _snapshot!.Row.HeadSeq };
        _buffer.SetLength(0);
        return chunk;
    });
}
