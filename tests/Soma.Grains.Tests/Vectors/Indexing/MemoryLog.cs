using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Vectors.Indexing;

/// <summary>One namespace that an indexer follows: a log, what is current, and vectors that get better later.</summary>
internal sealed class MemoryLog : IChangeSource, IVectorSource
{
    private readonly Lock _lock = new();
    private readonly List<Coordinate> _log = [];
    private readonly Dictionary<Coordinate, MemoryRow> _rows = [];
    private long _refined;

    public long Head
    {
        get
        {
            lock (_lock)
            {
                return _log.Count;
            }
        }
    }

    public IReadOnlyList<MemoryRow> Living
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows.Values.Where(row => row.Alive)];
            }
        }
    }

    public void Put(int number, string text, Instant? expiresAt = null)
    {
        lock (_lock)
        {
            _log.Add(Points.At(number));
            _rows[Points.At(number)] = Points.Row(number, _log.Count, $$"""{"n":{{number}}}""", text, expiresAt);
        }
    }

    public void Delete(int number)
    {
        lock (_lock)
        {
            _log.Add(Points.At(number));
            _rows[Points.At(number)] = new MemoryRow { Coordinate = Points.At(number), Seq = _log.Count, Version = 2, Alive = false };
        }
    }

    /// <summary>Better vectors for everything there is now.</summary>
    public void Refine()
    {
        lock (_lock)
        {
            _refined = _log.Count;
        }
    }

    public Task<ChangePage> ReadChangesAsync(long namespaceId, long afterSeq, long throughSeq, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var through = Math.Min(Math.Min(throughSeq, _log.Count), afterSeq + limit);
            var coordinates = _log.Skip((int)afterSeq).Take((int)(through - afterSeq)).Distinct().ToList();
            return Task.FromResult(new ChangePage(through, coordinates, Rows(coordinates)));
        }
    }

    public Task<IReadOnlyDictionary<Coordinate, MemoryRow>> ReadRowsAsync(
        long namespaceId, IReadOnlyCollection<Coordinate> coordinates, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Rows(coordinates));
        }
    }

    public Task<IReadOnlyList<float[]?>> ReadAsync(
        long namespaceId, EmbeddingSpace space, IReadOnlyList<MemoryRow> rows, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<float[]?>>([.. rows.Select(VectorOf)]);
        }
    }

    public Task<long> ReadRefinedSeqAsync(long namespaceId, EmbeddingSpace space, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_refined);
        }
    }

    /// <summary>The points there should be.</summary>
    public IReadOnlyList<StoredPoint> Expected(long namespaceId)
    {
        lock (_lock)
        {
            return [.. _rows.Values.Where(row => row.Alive)
                .Select(row => Points.Of(namespaceId, row, VectorOf(row)))
                .Select(point => new StoredPoint(point.Coordinate, point.Seq, point.Fingerprint()))
                .OrderBy(point => point.Coordinate)];
        }
    }

    private float[] VectorOf(MemoryRow row) => row.Seq <= _refined ? [1, row.Seq, 0, 0] : [0, row.Seq, 1, 0];

    private IReadOnlyDictionary<Coordinate, MemoryRow> Rows(IReadOnlyCollection<Coordinate> coordinates) =>
        coordinates.Where(_rows.ContainsKey).ToDictionary(coordinate => coordinate, coordinate => _rows[coordinate]);
}
