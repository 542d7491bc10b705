using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

/// <summary>
/// The vectors of one namespace in <see cref="InMemoryStore"/>, which holds a lock during every call.
/// </summary>
internal sealed class InMemoryEmbeddings(InMemoryNamespace owner)
{
    private readonly Dictionary<(long Seq, string Space), byte[]?> _rows = [];
    private readonly Dictionary<string, long> _cursors = [];

    public long Begin(string cursor)
    {
        _cursors.TryAdd(cursor, 0);
        return _cursors[cursor];
    }

    public long ReadRefinedSeq(string cursor) => _cursors.GetValueOrDefault(cursor);

    public IReadOnlyList<MemoryRow> ReadUnrefined(string space, long afterSeq, int limit) =>
        [.. owner.Living.Where(row => row.Seq > afterSeq && row.HasText && !_rows.ContainsKey((row.Seq, space))).OrderBy(row => row.Seq).Take(limit)];

    public void Save(string space, IReadOnlyList<EmbeddingRow> rows, string cursor, long refinedSeq)
    {
        if (!_cursors.TryGetValue(cursor, out var at))
        {
            return;
        }

        _cursors[cursor] = Math.Max(at, refinedSeq);
        var current = owner.Living.Select(row => row.Seq).ToHashSet();
        foreach (var row in rows.Where(row => current.Contains(row.Seq)))
        {
            _rows.TryAdd((row.Seq, space), row.Vector);
        }
    }

    public IReadOnlyList<EmbeddingRow> Read(string space, IReadOnlyCollection<long> seqs) =>
        [.. seqs.Distinct().Where(seq => _rows.ContainsKey((seq, space))).Select(seq => new EmbeddingRow(seq, _rows[(seq, space)]))];

    public void EndCursors(string space, string cursor)
    {
        foreach (var other in _cursors.Keys.Where(name => name != space && name != cursor).ToArray())
        {
            _cursors.Remove(other);
        }
    }

    public void Forget(long seq)
    {
        foreach (var key in _rows.Keys.Where(key => key.Seq == seq).ToArray())
        {
            _rows.Remove(key);
        }
    }

    public int Sweep(string? keptSpace, long afterSeq, long upToSeq)
    {
        var current = owner.Living.Select(row => row.Seq).ToHashSet();
        var gone = _rows.Keys
            .Where(key => key.Seq > afterSeq && key.Seq <= upToSeq && (key.Space != keptSpace || !current.Contains(key.Seq))).ToArray();
        foreach (var key in gone)
        {
            _rows.Remove(key);
        }

        return gone.Length;
    }
}
