using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Compacting;

namespace Soma.Testing.Storage;

/// <summary>What compaction drops, said in one go over a whole log, where the stores go by pages and indexes.</summary>
public static class CompactionRule
{
    /// <summary>The versions whose content goes with this cutoff, and from where on the past is whole then.</summary>
    public static (IReadOnlyList<long> Seqs, Horizon Horizon) Apply(IReadOnlyList<LogRow> log, Instant cutoff, int keepVersions)
    {
        var going = log.Where(row => row is { Op: LogOp.Put or LogOp.Delete }).GroupBy(row => row.Coordinate)
            .SelectMany(versions => Superseded([.. versions], cutoff, keepVersions)).ToList();
        return (
            [.. going.Select(version => version.Row.Seq).Order()],
            new Horizon(
                going.Select(version => FirstWithout(log, version)).DefaultIfEmpty().Max(),
                going.Select(version => version.EndedAt).DefaultIfEmpty().Max()));
    }

    private static IEnumerable<(LogRow Row, LogRow? Next, Instant EndedAt)> Superseded(List<LogRow> versions, Instant cutoff, int keepVersions)
    {
        var then = versions.FindLastIndex(row => row.At <= cutoff);
        for (var i = 0; i <= then; i++)
        {
            var (row, next) = (versions[i], i + 1 < versions.Count ? versions[i + 1] : null);
            Instant? ended = row.Memory.ExpiresAt is { } end && (next is null || end <= next.At) ? end : next?.At;
            if (row is { Op: LogOp.Put, IsEmptied: false } && ended <= cutoff && !IsKept(row, versions[then], cutoff, keepVersions))
            {
                yield return (row, next, ended.Value);
            }
        }
    }

    private static bool IsKept(LogRow row, LogRow then, Instant cutoff, int keepVersions) =>
        then.Op == LogOp.Put && then.Memory.IsVisible(cutoff)
        && row.Memory.CreatedSeq == then.Memory.CreatedSeq && row.Version > then.Version - keepVersions;

    private static long FirstWithout(IReadOnlyList<LogRow> log, (LogRow Row, LogRow? Next, Instant EndedAt) version) =>
        version.Next is { } next && version.EndedAt == next.At && version.Row.Memory.ExpiresAt != next.At
            ? next.Seq
            : log.FirstOrDefault(row => row.At >= version.EndedAt)?.Seq ?? log.Count + 1;
}
