using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>A term of a query with its postings in each segment of a snapshot.</summary>
internal sealed class SnapshotTerm
{
    private readonly TermPostings?[] _postings;

    private SnapshotTerm(TermPostings?[] postings, float weight) => (_postings, Weight) = (postings, weight);

    /// <summary>The term as the query has it.</summary>
    public required string Term { get; init; }

    /// <summary>The place of the term among the query's different terms.</summary>
    public required int Place { get; init; }

    /// <summary>The rarity of the term (its idf), times its occurrences in the query.</summary>
    public float Weight { get; }

    /// <summary>Finds the terms that living memories have.</summary>
    public static List<SnapshotTerm> Find(IndexSnapshot snapshot, TermCounts query)
    {
        var found = new List<SnapshotTerm>(query.Terms.Count);
        for (var place = 0; place < query.Terms.Count; place++)
        {
            var (term, count) = query.Terms[place];
            var postings = new TermPostings?[snapshot.SegmentCount];
            var frequency = 0;
            var hash = SegmentTerms.HashOf(term);
            for (var i = 0; i < postings.Length; i++)
            {
                postings[i] = snapshot.SegmentAt(i).Terms.Find(term, hash);
                frequency += CountMemories(snapshot, i, postings[i]);
            }

            if (frequency > 0)
            {
                var weight = count * Math.Log(1 + ((snapshot.TextCount - frequency + 0.5) / (frequency + 0.5)));
                found.Add(new SnapshotTerm(postings, (float)weight) { Term = term, Place = place });
            }
        }

        return found;
    }

    /// <summary>The postings in one segment, up to the length that the snapshot has of it.</summary>
    public ReadOnlySpan<uint> PostingsIn(int segment, int length) => _postings[segment] is { } postings ? postings.Read(length) : default;

    /// <summary>The hash of the term as a segment has it; null: it has it not.</summary>
    public int? HashIn(int segment) => _postings[segment]?.Hash;

    private static int CountMemories(IndexSnapshot snapshot, int index, TermPostings? postings)
    {
        if (postings is null)
        {
            return 0;
        }

        var segment = snapshot.SegmentAt(index);
        var read = postings.Read(snapshot.LengthOf(index));
        if (segment.HasNoDead)
        {
            return read.Length;
        }

        var count = 0;
        foreach (var posting in read)
        {
            count += segment.LivesAt(TermPostings.SlotOf(posting), snapshot.Publication) ? 1 : 0;
        }

        return count;
    }
}
