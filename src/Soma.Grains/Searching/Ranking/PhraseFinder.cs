using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Finds which candidates hold the quoted phrases of a query; in a keyword search the others are candidates no more.</summary>
/// <remarks>
/// The index knows no places of words: it gives the memories that have all words of a phrase, and their texts are then read
/// and composed as for indexing. A phrase of one word needs no text. Of very many only those best by words are read.
/// </remarks>
internal static class PhraseFinder
{
    /// <summary>Most texts read for one search, unless it forbids approximations: common words shall not make one search read a large namespace.</summary>
    public const int MostRead = 2_000;

    private const int RowsPerRead = 256;

    /// <summary>Null: the request has no phrases.</summary>
    public static async Task<PhraseMatches?> FindAsync(
        Candidates candidates, SearchRequest request, PayloadReader payloads, CancellationToken cancellationToken)
    {
        var phrases = request.Asked.Mode == SearchMode.Vector ? [] : QueryPhrases.Read(request.Asked.Query);
        if (phrases.Count == 0)
        {
            return null;
        }

        var matches = new PhraseMatches(candidates.Positions, phrases.Count);
        var undecided = Propose(candidates, phrases, matches, request.Asked.Mode == SearchMode.Keyword, cancellationToken);
        IReadOnlyCollection<int> chosen = request.Asked.Exact || undecided.Count <= MostRead ? undecided : BestByWords(candidates, request, undecided, cancellationToken);
        matches.IsCut = chosen.Count < undecided.Count;
        var matcher = new PhraseMatcher([.. phrases.Where(phrase => phrase.ProvingTerm is null)]);
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

    /// <summary>Notes what the index alone proves, and gives the positions whose texts must be read.</summary>
    private static List<int> Propose(
        Candidates candidates, IReadOnlyList<Phrase> phrases, PhraseMatches matches, bool areRequired, CancellationToken cancellationToken)
    {
        var undecided = new HashSet<int>();
        foreach (var phrase in phrases)
        {
            var positions = PhrasePostings.Common(candidates, phrase, cancellationToken);
            if (phrase.ProvingTerm is null)
            {
                undecided.UnionWith(positions);
            }
            else
            {
                positions.ForEach(position => matches.Add(position, 1));
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
        using var words = KeywordArm.Score(candidates, TermCounts.Of(request.Asked.Query), cancellationToken);
        var best = new BestList(MostRead, (left, right) => candidates.SlotAt(left).Coordinate.CompareTo(candidates.SlotAt(right).Coordinate));
        positions.ForEach(position => best.Offer(position, words.Scores[position]));
        return best.Take();
    }

    // A row that is missing was purged meanwhile.
    private static void Check(
        Candidates candidates, int[] positions, IReadOnlyDictionary<long, StoredContent> rows, PhraseMatcher matcher, PhraseMatches matches)
    {
        foreach (var position in positions)
        {
            if (rows.TryGetValue(candidates.SlotAt(position).Seq, out var content))
            {
                matches.Add(position, matcher.CountIn(IndexedText.Compose(content.Payload.Span, content.Text).Text));
            }
        }
    }
}

/// <summary>How many of a query's phrases each candidate holds.</summary>
/// <param name="positions">How many positions there are.</param>
/// <param name="phrases">How many different phrases the query has, 1–255.</param>
internal sealed class PhraseMatches(int positions, int phrases)
{
    /// <summary>What a memory gains on the fused score, which reaches 1, by holding every phrase of a hybrid search; a part by a part.</summary>
    /// <remarks>
    /// Chosen, not measured: whoever quotes wants those words as they stand, which neither arm can see. Three times what a
    /// named speaker gives, so that a phrase beats the same words scattered over a shorter text; below one arm's whole
    /// weight, even of three, so that what is best by words and meaning alike stays before a phrase that stands by the way.
    /// </remarks>
    public const float Gain = 0.3f;

    private readonly byte[] _counts = new byte[positions];

    /// <summary>Whether more memories could have held a phrase than were read.</summary>
    public bool IsCut { get; set; }

    public void Add(int position, int count) => _counts[position] += (byte)count;

    public bool HoldsAll(int position) => _counts[position] == phrases;

    public float GainOf(int position) => Gain * _counts[position] / phrases;
}
