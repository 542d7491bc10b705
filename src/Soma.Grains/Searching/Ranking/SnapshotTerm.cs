using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>A word of a query with its postings in each segment of a snapshot.</summary>
/// <remarks>
/// Memories of several languages may have several terms for the word. Their postings are merged, so the word counts as one.
/// </remarks>
internal sealed class SnapshotTerm
{
    private readonly FoundPostings[] _texts;
    private readonly FoundPostings[] _further;

    private SnapshotTerm(QueryTerm? word, int segments) => (Word, _texts, _further) = (word, new FoundPostings[segments], new FoundPostings[segments]);

    /// <summary>Null: the query does not have the word.</summary>
    public QueryTerm? Word { get; }

    /// <summary>The rarity of the word (its idf), times its occurrences in the query. Of a word that the query does not have: whatever it was given.</summary>
    public float Weight { get; private set; }

    /// <summary>Finds the words that living memories have.</summary>
    public static List<SnapshotTerm> Find(IndexSnapshot snapshot, TermCounts query)
    {
        var found = new List<SnapshotTerm>(query.Words.Count);
        foreach (var word in query.Words)
        {
            // Most words of a query stand somewhere, but most of their further forms nowhere.
            SnapshotTerm? term = null;
            for (var i = 0; i < snapshot.SegmentCount; i++)
            {
                var terms = snapshot.SegmentAt(i).Terms;
                var text = FindIn(terms, word, isFurther: false);
                var further = terms.HasFurther ? FindIn(terms, word, isFurther: true) : default;
                if (!text.IsEmpty || !further.IsEmpty)
                {
                    term ??= new SnapshotTerm(word, snapshot.SegmentCount);
                    (term._texts[i], term._further[i]) = (text, further);
                }
            }

            if (term?.CountMemories(snapshot) is > 0 and var frequency)
            {
                term.Weight = word.Count * RarityOf(frequency, snapshot);
                found.Add(term);
            }
        }

        return found;
    }

    /// <summary>A term of the index, as the memories of one language have it, weighted by its rarity.</summary>
    public static SnapshotTerm Of(IndexSnapshot snapshot, string term)
    {
        var (asked, found) = (new TermText(term), new SnapshotTerm(null, snapshot.SegmentCount));
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            found._texts[i] = FoundPostings.Of(FindIn(snapshot.SegmentAt(i).Terms, asked, isFurther: false));
            found._further[i] = FoundPostings.Of(FindIn(snapshot.SegmentAt(i).Terms, asked, isFurther: true));
        }

        found.Weight = RarityOf(found.CountMemories(snapshot), snapshot);
        return found;
    }

    /// <summary>Gives the term another weight.</summary>
    public SnapshotTerm Weighing(float weight)
    {
        Weight = weight;
        return this;
    }

    /// <summary>The postings in the texts of one segment, up to the length that the snapshot has of it.</summary>
    public ReadOnlySpan<uint> PostingsIn(int segment, int length) => _texts[segment].Read(length);

    /// <summary>The hash of the term that a segment has for the word; null: it has none, or several.</summary>
    public int? HashIn(int segment) => _texts[segment].One?.Hash;

    /// <summary>The postings in the further fields of the payloads. No memory is among both.</summary>
    public ReadOnlySpan<uint> FurtherIn(int segment, int length) => _further[segment].Read(length);

    private static FoundPostings FindIn(SegmentTerms terms, QueryTerm word, bool isFurther)
    {
        if (word.IsNeutral || terms.Languages == 0)
        {
            return FoundPostings.Of(FindIn(terms, word.In(Language.English), isFurther));
        }

        var (one, several) = ((TermPostings?)null, (List<TermPostings>?)null);
        foreach (var term in word.In(terms.Languages | Language.English.Bit))
        {
            if (FindIn(terms, term, isFurther) is { } postings)
            {
                if (one is not null)
                {
                    (several ??= [one]).Add(postings);
                }

                one ??= postings;
            }
        }

        return several is null ? FoundPostings.Of(one) : FoundPostings.Of(several);
    }

    private static TermPostings? FindIn(SegmentTerms terms, TermText? term, bool isFurther) =>
        term is null ? null : isFurther ? terms.Find(term.Further.Text, term.Further.Hash) : terms.Find(term.Text, term.Hash);

    private static float RarityOf(int frequency, IndexSnapshot snapshot) =>
        (float)Math.Log(1 + ((Math.Max(snapshot.TextCount, frequency) - frequency + 0.5) / (frequency + 0.5)));

    private int CountMemories(IndexSnapshot snapshot)
    {
        var count = 0;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            count += CountMemories(snapshot, i, PostingsIn(i, snapshot.LengthOf(i))) + CountMemories(snapshot, i, FurtherIn(i, snapshot.LengthOf(i)));
        }

        return count;
    }

    private static int CountMemories(IndexSnapshot snapshot, int index, ReadOnlySpan<uint> postings)
    {
        var segment = snapshot.SegmentAt(index);
        if (segment.HasNoDead)
        {
            return postings.Length;
        }

        var count = 0;
        foreach (var posting in postings)
        {
            count += segment.LivesAt(TermPostings.SlotOf(posting), snapshot.Publication) ? 1 : 0;
        }

        return count;
    }
}
