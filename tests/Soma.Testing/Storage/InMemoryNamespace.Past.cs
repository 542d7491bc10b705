using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Past;

namespace Soma.Testing.Storage;

/// <summary>Reading the log as the past of the namespace, as the stores do.</summary>
internal sealed partial class InMemoryNamespace
{
    /// <summary>The oldest seq whose state can still be read.</summary>
    public long OldestSeq { get; set; }

    public IReadOnlyList<LoggedTime> ReadTimes(IReadOnlyCollection<long> seqs) =>
        [.. seqs.Select(seq => (Asked: seq, Row: Log.LastOrDefault(row => row.Seq <= seq))).Where(each => each.Row is not null)
            .Select(each => new LoggedTime(each.Asked, each.Row!.Seq, each.Row.At))];

    public IReadOnlyList<LogRow> ReadHistory(Coordinate coordinate, long beforeSeq, int limit) =>
        [.. ChangesOf(coordinate).Where(row => row.Seq < beforeSeq).Reverse().Take(limit)];

    public LogRow? FindVersion(Coordinate coordinate, long version) =>
        ChangesOf(coordinate).LastOrDefault(row => row.Op == LogOp.Put && row.Version == version);

    public IReadOnlyList<StatePlace> ReadState(long throughSeq, Instant now, Coordinate? after, int limit) =>
        [.. _memories.Keys.Order().Where(coordinate => after is not { } last || coordinate.CompareTo(last) > 0)
            .Select(coordinate => ChangesOf(coordinate).LastOrDefault(row => row.Seq <= throughSeq))
            .OfType<LogRow>()
            .Where(row => row.Op == LogOp.Put && row.Payload is not null && row.Memory.IsVisible(now))
            .Select(row => new StatePlace(row.Coordinate, row.Seq, row.Version))
            .Take(limit)];

    public IReadOnlyList<LogRow> ReadLinkChanges(long afterSeq, long throughSeq, int limit) =>
        [.. Log.Where(row => row.Seq > afterSeq && row.Seq <= throughSeq && row.Op != LogOp.Put).Take(limit)];

    private IEnumerable<LogRow> ChangesOf(Coordinate coordinate) =>
        Log.Where(row => row.Coordinate == coordinate && row.Op <= LogOp.Delete);
}
