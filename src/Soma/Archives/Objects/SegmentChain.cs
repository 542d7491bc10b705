using System.Runtime.CompilerServices;
using Soma.Archives.Backups;

namespace Soma.Archives.Objects;

/// <summary>A namespace that lies in segments: the whole of it as it was once, then what changed, oldest first.</summary>
/// <remarks>
/// All segments are read at once, table by table, because each has its rows in the order of their keys. Of rows with one key that of the newest
/// segment counts. Which rows of older segments are gone by now follows from the newer ones: an unlink or a delete in the log takes links, an
/// answer is kept until its time is over, and a vector belongs to a seq that is current. What is kept in memory for that are the deletes
/// of the newer segments and one bit for each seq.
/// </remarks>
internal sealed class SegmentChain(string name, IReadOnlyList<PartReader> segments) : INamespaceContent
{
    private readonly Dictionary<string, long> _deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To, string Type), long> _unlinked = [];
    private PartHeader? _newest;
    private ulong[] _current = [];

    private int Last => segments.Count - 1;

    public PartHeader ReadHeader()
    {
        var heads = segments.Select(segment => segment.ReadHeader()).ToList();
        _newest = heads[^1];
        _current = new ulong[(_newest.Row.HeadSeq / 64) + 1];
        return heads.All(head => head.Key == _newest.Key) && heads.Zip(heads.Skip(1)).All(pair => pair.First.Row.HeadSeq <= pair.Second.Row.HeadSeq)
            ? _newest : throw ArchiveProcess.Refuse($"{name}: its segments are in another order, or of another namespace.");
    }

    public async IAsyncEnumerable<object?[]> ReadTableAsync(ArchiveTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var order = RowOrder.Of(table);
        var rows = segments.Select(segment => segment.ReadTableAsync(table, cancellationToken).GetAsyncEnumerator(cancellationToken)).ToArray();
        var heads = new object?[]?[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            heads[i] = await NextAsync(rows[i], null, order, table);
        }

        while (Newest(heads, order) is { } index)
        {
            var row = heads[index]!;
            for (var i = 0; i < rows.Length; i++)
            {
                if (heads[i] is { } head && (i == index || order.Compare(head, row) == 0))
                {
                    heads[i] = await NextAsync(rows[i], head, order, table);
                }
            }

            Note(table, row, index);
            if (index == Last || IsKept(table, row))
            {
                yield return row;
            }
        }
    }

    public void ReadEnd()
    {
        foreach (var segment in segments)
        {
            segment.ReadEnd();
        }
    }

    public void Dispose()
    {
        foreach (var segment in segments)
        {
            segment.Dispose();
        }
    }

    // Which segment has the next row: the smallest key, and of equal keys the newest segment.
    private static int? Newest(object?[]?[] heads, RowOrder order)
    {
        int? best = null;
        for (var i = 0; i < heads.Length; i++)
        {
            if (heads[i] is { } head && (best is not { } other || order.Compare(head, heads[other]!) <= 0))
            {
                best = i;
            }
        }

        return best;
    }

    private async ValueTask<object?[]?> NextAsync(IAsyncEnumerator<object?[]> rows, object?[]? before, RowOrder order, ArchiveTable table)
    {
        var next = await rows.MoveNextAsync() ? rows.Current : null;
        return next is null || before is null || order.Compare(before, next) < 0 ? next
            : throw ArchiveProcess.Refuse($"{name}: rows of {table.Name} are not in their order.");
    }

    private void Note(ArchiveTable table, object?[] row, int index)
    {
        if (table == ArchiveTables.Log && index > 0)
        {
            switch ((LogOp)(long)row[1]!)
            {
                case LogOp.Delete:
                    _deleted[(string)row[2]!] = (long)row[0]!;
                    break;
                case LogOp.Unlink:
                    _unlinked[((string)row[2]!, (string)row[12]!, Convert.ToHexString((byte[])row[13]!))] = (long)row[0]!;
                    break;
                default:
                    break;
            }
        }
        else if (table == ArchiveTables.Memories && row[3] is true && row[1] is long seq && seq / 64 < _current.Length)
        {
            _current[seq / 64] |= 1UL << (int)(seq % 64);
        }
    }

    private bool IsKept(ArchiveTable table, object?[] row) => table.Name switch
    {
        "links" => (long)row[5]! > Math.Max(
            Math.Max(_deleted.GetValueOrDefault((string)row[0]!), _deleted.GetValueOrDefault((string)row[1]!)),
            _unlinked.GetValueOrDefault(((string)row[0]!, (string)row[1]!, Convert.ToHexString((byte[])row[2]!)))),
        "receipts" => (long)row[6]! > _newest?.Row.LastAt,
        "embeddings" => row[0] is long seq && seq / 64 < _current.Length && (_current[seq / 64] & (1UL << (int)(seq % 64))) != 0,
        "index_cursor" => false,
        _ => true,
    };
}
