using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Compacting;

namespace Soma.Testing.Storage;

/// <summary>Compaction, as the stores do it.</summary>
internal sealed partial class InMemoryNamespace
{
    public Horizon Horizon { get; private set; }

    /// <summary>The time of the oldest row or end that was not looked at.</summary>
    public Instant? Unlooked => Log.Where(row => row.Seq > _progress.Seq).Select(row => (Instant?)row.At)
        .Concat(Log.Where(row => row.Payload is not null && (row.Memory.ExpiresAt, row.Seq).CompareTo((_progress.End, _progress.EndSeq)) > 0).Select(row => row.Memory.ExpiresAt))
        .Min();

    private CompactionProgress _progress;

    public CompactionSet FindSuperseded(Instant cutoff, int keepVersions)
    {
        var (seqs, horizon) = CompactionRule.Apply(Log, cutoff, keepVersions);
        return new CompactionSet
        {
            NamespaceId = Id,
            Seqs = seqs,
            Horizon = horizon,
            Progress = new CompactionProgress(Log.LastOrDefault(row => row.At <= cutoff)?.Seq ?? 0, cutoff, HeadSeq),
            IsLast = true,
        };
    }

    public void MoveHorizon(Horizon to) =>
        Horizon = new Horizon(Math.Max(Horizon.Seq, to.Seq), Horizon.At > to.At ? Horizon.At : to.At);

    public int? Compact(CompactionSet set)
    {
        if (Horizon.Seq < set.Horizon.Seq)
        {
            return null;
        }

        var kept = set.Seqs.Where(seq => Log[(int)seq - 1].Payload is not null).ToArray();
        foreach (var seq in set.Seqs)
        {
            Embeddings.Forget(seq);
        }

        foreach (var seq in kept)
        {
            Empty((int)seq - 1, text: "");
        }

        _progress = set.Progress.Seq > _progress.Seq || set.Progress.End > _progress.End ? set.Progress : _progress;
        return kept.Length;
    }

    public void RestartCompaction() => _progress = _progress with { Seq = 0 };

    private void Empty(int index, string? text) => Log[index] = Log[index] with
    {
        IsEmptied = true,
        Memory = Log[index].Memory with { Payload = [], Text = text, BroughtVector = null, HasText = false },
    };
}
