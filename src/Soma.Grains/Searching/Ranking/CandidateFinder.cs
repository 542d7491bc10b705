using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Finds what a request may find: living, not expired, of the type, through the filter. Before any cut to k.</summary>
internal static class CandidateFinder
{
    private const int RowsPerRead = 256;
    private const int SlotsPerCancellationCheck = 4096;

    public static async Task<Candidates> FindAsync(
        IndexSnapshot snapshot, SearchScope scope, PayloadReader payloads, CancellationToken cancellationToken)
    {
        var candidates = new Candidates(snapshot);
        var undecided = Scan(candidates, scope, cancellationToken);
        foreach (var positions in undecided.Chunk(RowsPerRead))
        {
            var seqs = positions.Select(position => candidates.SlotAt(position).Seq).ToArray();
            var rows = await payloads(seqs, cancellationToken);
            foreach (var position in positions)
            {
                Decide(candidates, position, scope.Filter, rows);
            }
        }

        return candidates;
    }

    private static List<int> Scan(Candidates candidates, SearchScope scope, CancellationToken cancellationToken)
    {
        var snapshot = candidates.Snapshot;
        var undecided = new List<int>();
        var subject = new MemorySubject();
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, length, offset) = (snapshot.SegmentAt(i), snapshot.LengthOf(i), candidates.OffsetOf(i));
            if (scope is { Type: null, Filter.Root: null } && segment.AllLiveAt(scope.Now))
            {
                candidates.AllowRun(offset, length);
                continue;
            }

            for (var slot = 0; slot < length; slot++)
            {
                if (slot % SlotsPerCancellationCheck == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                ref readonly var content = ref segment[slot];
                if (!segment.LivesAt(slot, snapshot.Publication) || content.ExpiresAt <= scope.Now.Microseconds
                    || (scope.Type is { } type && type != content.Type))
                {
                    continue;
                }

                switch (Evaluate(scope.Filter, subject, content.Record, content.Fields))
                {
                    case FilterVerdict.Yes:
                        candidates.Allow(offset + slot);
                        break;
                    case FilterVerdict.NeedsRow:
                        undecided.Add(offset + slot);
                        break;
                }
            }
        }

        return undecided;
    }

    private static void Decide(
        Candidates candidates, int position, FilterExpression filter, IReadOnlyDictionary<long, StoredContent> rows)
    {
        ref readonly var slot = ref candidates.SlotAt(position);
        if (rows.TryGetValue(slot.Seq, out var content)
            && Evaluate(filter, new MemorySubject(), slot.Record, FieldSet.OfWhole(content.Payload.Span)) == FilterVerdict.Yes)
        {
            candidates.Allow(position);
        }
    }

    private static FilterVerdict Evaluate(FilterExpression filter, MemorySubject subject, in RecordFields record, FieldSet fields)
    {
        if (filter.Root is null)
        {
            return FilterVerdict.Yes;
        }

        subject.Record = record;
        subject.Fields = fields;
        return filter.Evaluate(subject);
    }
}
