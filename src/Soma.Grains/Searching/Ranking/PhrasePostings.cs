using System.Numerics;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Intersects the postings of a phrase's terms.</summary>
internal static class PhrasePostings
{
    /// <summary>The positions of the candidates that have every term of the phrase, in rising order.</summary>
    public static List<int> Common(Candidates candidates, Phrase phrase, PhraseMatches matches, CancellationToken cancellationToken)
    {
        var positions = new List<int>();
        var snapshot = candidates.Snapshot;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (terms, start) = (snapshot.SegmentAt(i).Terms, positions.Count);
            var allowed = candidates.Allowed.Slice(candidates.OffsetOf(i), snapshot.LengthOf(i));
            for (var languages = matches.LanguagesOf(i); languages != 0; languages &= languages - 1)
            {
                var wanted = phrase.In(Language.All[BitOperations.TrailingZeroCount(languages)]).Terms;
                if (wanted.Count > 0)
                {
                    AddCommon(positions, [.. wanted.Select(term => PostingsOf(terms, term))], allowed, candidates.OffsetOf(i));
                }
            }

            SortDistinct(positions, start, matches.IsEnglish(i));
        }

        return positions;
    }

    // A phrase without words is the same in several languages, so it finds the same memories again.
    private static void SortDistinct(List<int> positions, int start, bool isSorted)
    {
        if (!isSorted)
        {
            int[] distinct = [.. positions.Skip(start).Distinct().Order()];
            positions.RemoveRange(start, positions.Count - start);
            positions.AddRange(distinct);
        }
    }

    // A word of a phrase may stand in the text or in a further field.
    private static FoundPostings PostingsOf(SegmentTerms terms, string term) => terms.HasFurther
        ? FoundPostings.Of([.. new[] { terms.Find(term), terms.Find(TermText.FurtherMark + term) }.OfType<TermPostings>()])
        : FoundPostings.Of(terms.Find(term));

    // The rarest term comes first, because the other terms are only checked for the positions that it leaves. The lengths are
    // read once, because they may grow during the sorting.
    private static void AddCommon(List<int> positions, FoundPostings[] postings, ReadOnlySpan<bool> allowed, int offset)
    {
        var length = allowed.Length;
        Array.Sort(Array.ConvertAll(postings, term => term.Read(length).Length), postings);
        var start = positions.Count;
        foreach (var posting in postings[0].Read(length))
        {
            var slot = TermPostings.SlotOf(posting);
            if (allowed[slot])
            {
                positions.Add(offset + slot);
            }
        }

        foreach (var term in postings.AsSpan(1))
        {
            var kept = Keep(CollectionsMarshal.AsSpan(positions)[start..], term.Read(length), offset);
            positions.RemoveRange(start + kept, positions.Count - start - kept);
        }
    }

    /// <summary>Moves the positions that are in the postings to the front, and returns their number. Both are in rising order.</summary>
    private static int Keep(Span<int> positions, ReadOnlySpan<uint> postings, int offset)
    {
        var (kept, at) = (0, 0);
        foreach (var position in positions)
        {
            while (at < postings.Length && TermPostings.SlotOf(postings[at]) < position - offset)
            {
                at++;
            }

            if (at < postings.Length && TermPostings.SlotOf(postings[at]) == position - offset)
            {
                positions[kept++] = position;
            }
        }

        return kept;
    }
}
