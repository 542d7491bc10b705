using Soma.Archives.Backups;

namespace Soma.Archives.Objects;

/// <summary>Decides how a namespace that changed is written, and writes it to a file: as a whole, or what changed since the backup before.</summary>
internal sealed class SegmentWriter(bool isEncrypted, bool everythingAnew)
{
    private const int MostSegments = 32;

    // Small namespaces are not written as a whole each time they change a little.
    private const long SmallBytes = 64 << 10;

    // Segments that hold what compaction has dropped since are replaced within this time.
    private static readonly TimeSpan LongestDropped = TimeSpan.FromDays(7);

    /// <summary>What a backup says of a namespace, without the segments yet, and the new segment in a file.</summary>
    /// <param name="Entry">Its segments are those that go before the new one.</param>
    /// <param name="File">At its end.</param>
    public sealed record Segment(CatalogEntry Entry, Stream File);

    public async Task<Segment> WriteAsync(
        NamespaceState state, INamespaceSnapshot snapshot, CatalogEntry? known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = snapshot.Row;
        var marks = await snapshot.ReadMarksAsync(known?.HeadSeq ?? 0, cancellationToken);
        var isExtended = known is not null && Extends(known, state, snapshot, marks, now);
        var isCompacted = known?.Compaction != state.Compaction;
        var compacted = isExtended && !isCompacted ? known!.Compacted : await snapshot.CountCompactedAsync(row.HeadSeq, cancellationToken);
        var since = isExtended
            ? new ChangesSince(
                known!.HeadSeq, known.RefinedSeq, known.NextEnd is { } end && end <= Math.Max(row.LastAt, now.ToUnixTimeMilliseconds() * 1000) ? end : null,
                compacted != known.Compacted, marks.Accesses != known.Accesses, marks.AnswersOfSeq != known.Answers)
            : null;
        var entry = new CatalogEntry
        {
            Tenant = state.Key.Tenant,
            Name = state.Key.Name,
            TakenAt = now,
            HeadSeq = row.HeadSeq,
            HeadAt = row.HeadAt,
            Memories = row.Counts.Total,
            Segments = isExtended ? known!.Segments : [],
            Id = snapshot.Id,
            Mark = state.Mark,
            Compaction = state.Compaction,
            Settings = HashOf(snapshot.Settings),
            WholeAt = isExtended ? known!.WholeAt : now,
            Compacted = compacted,
            Accesses = marks.Accesses,
            NextEnd = marks.NextEnd,
            Answers = marks.AnswersOfHead,
            RefinedSeq = marks.RefinedSeq,
            Spaces = marks.Spaces,
            IsEncrypted = isEncrypted,
        };
        return new Segment(entry, await FillAsync(state.Key, snapshot, since, cancellationToken));
    }

    /// <summary>Whether nothing of a namespace changed that a backup carries.</summary>
    public bool IsUnchanged(CatalogEntry? known, NamespaceState state) =>
        known is not null && !everythingAnew && known.IsEncrypted == isEncrypted && known.Id == state.Id && known.Mark == state.Mark
        && known.Compaction == state.Compaction && known.HeadAt == state.Row.HeadAt && known.Settings == HashOf(state.Settings);

    // The same namespace, a little later: what follows the known seq in its log is all that was written since. Content that was purged must not
    // lie in any segment of a new backup, so a purge writes the namespace anew.
    private bool Extends(CatalogEntry known, NamespaceState state, INamespaceSnapshot snapshot, SnapshotMarks marks, DateTimeOffset now) =>
        !everythingAnew && known.IsEncrypted == isEncrypted && known.Id == snapshot.Id && known.HeadSeq > 0
        && snapshot.Row.HeadSeq >= known.HeadSeq && marks.AtOfSeq == known.HeadAt && !marks.HasPurges && marks.Spaces == known.Spaces
        && known.Segments.Count < MostSegments && known.Segments.Skip(1).Sum(segment => segment.Bytes) <= known.Segments[0].Bytes + SmallBytes
        && (known.Compaction == state.Compaction || now - known.WholeAt < LongestDropped);

    private static string? HashOf(byte[]? settings) => settings is null ? null : Convert.ToHexStringLower(SHA256.HashData(settings));

    private static async Task<Stream> FillAsync(
        NamespaceKey key, INamespaceSnapshot snapshot, ChangesSince? since, CancellationToken cancellationToken)
    {
        var file = TempFiles.Create();
        try
        {
            using var part = new PartWriter(file);
            part.WriteHeader(new PartHeader(key, snapshot.Row, snapshot.Settings));
            foreach (var table in ArchiveTables.All)
            {
                await part.WriteTableAsync(
                    table,
                    since is null ? snapshot.ReadAsync(table, cancellationToken) : snapshot.ReadChangesAsync(table, since, cancellationToken),
                    cancellationToken);
            }

            part.Finish();
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
