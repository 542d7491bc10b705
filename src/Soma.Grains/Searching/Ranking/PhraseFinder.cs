using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Finds the candidates that hold the quoted phrases of a query. In a keyword search all others stop being candidates.</summary>
/// <remarks>
/// The index does not know where words stand in a text. It finds the memories that have all words of a phrase, and their texts
/// are read to check the order. A phrase of one word needs no text. If very many texts would have to be read, only those that
/// score best by words are.
/// </remarks>
internal static class PhraseFinder
{
    /// <summary>How many texts one search reads, unless it is exact. Without this limit a phrase of common words would read a whole large namespace.</summary>
    public const int MostRead = 2_000;

    private const int RowsPerRead = 256;

    /// <summary>Returns null if the query has no phrases.</summary>
    public static async Task<PhraseMatches?> FindAsync(
        Candidates candidates, SearchRequest request, PayloadReader payloads, CancellationToken cancellationToken)
    {
        var phrases = request.Asked.Mode == SearchMode.Vector ? [] : QueryPhrases.Read(request.Asked.Query);
        if (phrases.Count == 0)
        {
            return null;
        }

        var matches = new PhraseMatches(candidates, phrases.Count);
        var undecided = Propose(candidates, phrases, matches, request.Asked.Mode == SearchMode.Keyword, cancellationToken);
        IReadOnlyCollection<int> chosen = request.Asked.Exact || undecided.Count <= MostRead ? undecided : BestByWords(candidates, request, undecided, cancellationToken);
        matches.IsCut = chosen.Count < undecided.Count;
        var matcher = new PhraseMatcher(phrases, request.Fields);
        foreach (var positions in chosen.Chunk(RowsPerRead))
        {
            var rows = await payloads([.. positions.Select(position => candidates.SlotAt(position).Seq)], cancellationToken);
            Check(candidates, positions, rows, matcher, matches);
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (request.Asked.Mode == SearchMode.Keyword)
        {
            candidates.Restrict([.. Enumerable.Range(0, candidates.Positions).Where(i => candidates[i] && matches.HoldsAll(i))]);
        }

        return matches;
    }

    /// <summary>Counts the phrases that the index alone proves (where all memories are English), and returns the positions whose texts must be read.</summary>
    private static List<int> Propose(
        Candidates candidates, IReadOnlyList<Phrase> phrases, PhraseMatches matches, bool areRequired, CancellationToken cancellationToken)
    {
        var undecided = new HashSet<int>();
        foreach (var phrase in phrases)
        {
            var positions = PhrasePostings.Common(candidates, phrase, matches, cancellationToken);
            var isProven = phrase.In(Language.English).ProvingTerm is not null;
            foreach (var position in positions)
            {
                if (isProven && matches.IsEnglish(candidates.PlaceOf(position).Segment))
                {
                    matches.Add(position, 1);
                }
                else
                {
                    undecided.Add(position);
                }
            }

            if (areRequired)
            {
                candidates.Restrict(positions);
            }
        }

        return [.. undecided.Where(position => candidates[position]).Order()];
    }

    private static int[] BestByWords(Candidates candidates, SearchRequest request, List<int> positions, CancellationToken cancellationToken)
    {
        using var words = KeywordArm.Score(candidates, SnapshotTerm.Find(candidates.Snapshot, TermCounts.OfQuery(request.Asked.Query)), cancellationToken);
        var best = new BestList(MostRead, candidates.CompareKeys);
        positions.ForEach(position => best.Offer(position, words.Scores[position]));
        return best.Take();
    }

    // A missing row was purged meanwhile, so it holds no phrase.
    private static void Check(
        Candidates candidates, int[] positions, IReadOnlyDictionary<long, StoredContent> rows, PhraseMatcher matcher, PhraseMatches matches)
    {
        foreach (var position in positions)
        {
            if (rows.TryGetValue(candidates.SlotAt(position).Seq, out var content))
            {
                var isEnglish = matches.IsEnglish(candidates.PlaceOf(position).Segment);
                matches.Add(position, matcher.CountIn(content, skipsProven: isEnglish));
            }
        }
    }
}

/// <summary>How many of a query's phrases each candidate holds.</summary>
/// <param name="candidates">The candidates.</param>
/// <param name="phrases">How many different phrases the query has, 1–255.</param>
internal sealed class PhraseMatches(Candidates candidates, int phrases)
{
    /// <summary>What a memory gains on the fused score (at most 1) by holding all phrases of a hybrid search. With half of the phrases it gains half.</summary>
    /// <remarks>
    /// Chosen, not measured. A quoted phrase is wanted as it stands, which words and vectors cannot see. The gain is three times
    /// that of a named speaker, so that a phrase beats the same words scattered over a shorter text. It is below the weight of
    /// one arm of three, so that a memory that is best by words and by meaning stays before a phrase mentioned in passing.
    /// </remarks>
    public const float Gain = 0.3f;

    private readonly byte[] _counts = new byte[candidates.Positions];

    // Read once: a segment may get its first memory of another language meanwhile.
    private readonly uint[] _languages =
        [.. Enumerable.Range(0, candidates.Snapshot.SegmentCount).Select(segment => candidates.Snapshot.SegmentAt(segment).Terms.Languages)];

    /// <summary>Whether more memories could hold a phrase than were read.</summary>
    public bool IsCut { get; set; }

    /// <summary>Whether no memory of the segment has terms of another language, so that a term means the same in all of them.</summary>
    public bool IsEnglish(int segment) => _languages[segment] == 0;

    /// <summary>The languages of a segment's terms, as a set.</summary>
    public uint LanguagesOf(int segment) => _languages[segment] | Language.English.Bit;

    public void Add(int position, int count) => _counts[position] += (byte)count;

    public bool HoldsAll(int position) => _counts[position] == phrases;

    public float GainOf(int position) => Gain * _counts[position] / phrases;
}
