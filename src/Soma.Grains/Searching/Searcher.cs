using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Searching;

/// <summary>Ranks a snapshot's memories for a request. Works off the grain's turn; touches nothing but its arguments.</summary>
public static class Searcher
{
    /// <summary>
    /// The memories from <c>Offset</c> on, at most <c>TopK</c>, best first and ties by coordinate. Hybrid and vector
    /// searches give what has evidence; where nothing has any, the nearest. Keyword searches give what has a word, and every
    /// quoted phrase. Without query and vector: by importance, then newest, those with the filter's hints first, whatever the
    /// request prefers.
    /// </summary>
    public static async Task<SearchOutcome> SearchAsync(
        IndexSnapshot snapshot, SearchRequest request, PayloadReader payloads, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(request);
        using var candidates = await CandidateFinder.FindAsync(snapshot, request, payloads, cancellationToken);
        var phrases = await PhraseFinder.FindAsync(candidates, request, payloads, cancellationToken);
        var hits = string.IsNullOrWhiteSpace(request.Query) && request.BroughtVector is null
            ? ListByImportance(candidates, request, cancellationToken)
            : RankByEvidence(candidates, request, phrases, cancellationToken);
        var isKeyword = request.Mode == SearchMode.Keyword;
        return new SearchOutcome(hits, snapshot.IsComplete)
        {
            NeedsPhrases = isKeyword && phrases is not null,
            LacksPhrases = isKeyword && phrases is { IsCut: true },
        };
    }

    private static RankedMemory[] RankByEvidence(
        Candidates candidates, SearchRequest request, PhraseMatches? phrases, CancellationToken cancellationToken)
    {
        using var ranker = Ranker.Rank(candidates, request, phrases, cancellationToken);
        var best = new BestList(Limit(candidates, request), (left, right) => ByCoordinate(candidates, left, right));
        OfferBest(best, candidates, ranker, ranker.HasEvidence, request.MinScore);
        if (best.IsEmpty && !Enumerable.Range(0, candidates.Positions).Any(position => candidates[position] && ranker.HasEvidence(position)))
        {
            OfferBest(best, candidates, ranker, ranker.IsScored, request.MinScore);
        }

        return [.. best.Take().Skip(request.Offset).Select(position => Hit(candidates, position, ranker.ScoreOf(position), ranker))];
    }

    private static void OfferBest(BestList best, Candidates candidates, Ranker ranker, Func<int, bool> isWanted, double minScore)
    {
        var allowed = candidates.Allowed;
        for (var i = 0; i < allowed.Length; i++)
        {
            if (!allowed[i])
            {
                continue;
            }

            // Most are beaten by those kept already: that is the cheapest thing to find out.
            var score = ranker.ScoreOf(i);
            if (score >= best.Least && score >= minScore && isWanted(i))
            {
                best.Offer(i, score);
            }
        }
    }

    private static RankedMemory[] ListByImportance(Candidates candidates, SearchRequest request, CancellationToken cancellationToken)
    {
        // Preferences would make an order that the listing's scores say nothing of.
        var plain = request with { UseContext = false, RecencyWeight = 0, ImportanceWeight = 0 };
        using var hints = Ranker.Rank(candidates, plain, null, cancellationToken);
        var largest = 0d;
        for (var i = 0; i < candidates.Positions; i++)
        {
            largest = candidates[i] ? Math.Max(largest, candidates.SlotAt(i).Importance) : largest;
        }

        var best = new BestList(Limit(candidates, request), (left, right) =>
        {
            ref readonly var first = ref candidates.SlotAt(left);
            ref readonly var second = ref candidates.SlotAt(right);
            var byHints = hints.ScoreOf(right).CompareTo(hints.ScoreOf(left));
            var byImportance = byHints != 0 ? byHints : second.Importance.CompareTo(first.Importance);
            return byImportance != 0 ? byImportance : second.CreatedSeq.CompareTo(first.CreatedSeq);
        });
        for (var i = 0; i < candidates.Positions; i++)
        {
            if (candidates[i] && ListScore(i) >= request.MinScore)
            {
                best.Offer(i, 0);
            }
        }

        return [.. best.Take().Skip(request.Offset).Select(position => Hit(candidates, position, ListScore(position), hints))];

        double ListScore(int position)
        {
            var importance = largest > 0 ? Math.Clamp(candidates.SlotAt(position).Importance / largest, 0, 1) : 0;
            return hints.HasArms ? (hints.ScoreOf(position) + importance) / 2 : importance;
        }
    }

    private static RankedMemory Hit(Candidates candidates, int position, double score, Ranker ranker)
    {
        ref readonly var slot = ref candidates.SlotAt(position);
        return new RankedMemory(slot.Coordinate, slot.Seq, score, ranker.Explain(position));
    }

    private static int Limit(Candidates candidates, SearchRequest request) =>
        (int)Math.Clamp((long)request.Offset + request.TopK, 1, Math.Max(1, candidates.Count));

    private static int ByCoordinate(Candidates candidates, int left, int right) =>
        candidates.SlotAt(left).Coordinate.CompareTo(candidates.SlotAt(right).Coordinate);
}
