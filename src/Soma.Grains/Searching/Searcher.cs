using Soma.Grains.Searching.Fields;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Searching;

/// <summary>Filters and ranks a snapshot's memories for a request. Works off the grain's turn; touches nothing but its arguments.</summary>
public static class Searcher
{
    private const int RowsPerRead = 256;
    private const int SlotsPerCancellationCheck = 4096;

    /// <summary>
    /// Tells other searches of the snapshot what this one will compare, so that they can share the reading of the vectors. A search
    /// that announced itself is expected to begin soon.
    /// </summary>
    public static SearchRequest Announce(IndexSnapshot snapshot, SearchRequest request, CancellationToken cancellationToken) =>
        request with { Announced = AnnouncedScans.Of(snapshot, request, cancellationToken) };

    /// <summary>Finds at most <c>TopK</c> memories from <c>Offset</c> on, best first; equal scores are ordered by key.</summary>
    /// <remarks>
    /// A hybrid or vector search finds memories that have some evidence (a word, a similar vector); if none has any, it finds the
    /// nearest vectors. A keyword search finds memories that have one of the words and all quoted phrases. A search without text
    /// and vector lists memories by importance, then newest, after those that have the filter's hints; weights do not count
    /// there.
    /// </remarks>
    public static async Task<SearchOutcome> SearchAsync(
        IndexSnapshot snapshot, SearchRequest request, PayloadReader payloads, CancellationToken cancellationToken)
    {
        using var candidates = await FilterAsync(snapshot, request, payloads, cancellationToken);
        var phrases = await PhraseFinder.FindAsync(candidates, request, payloads, cancellationToken);
        var isKeyword = request.Asked.Mode == SearchMode.Keyword;
        var (hits, unheld) = string.IsNullOrWhiteSpace(request.Asked.Query) && request.BroughtVector is null
            ? (ListByImportance(candidates, request, cancellationToken), [])
            : await RankByEvidenceAsync(candidates, request, phrases, cancellationToken);
        return new SearchOutcome(hits, isKeyword && phrases is not null, isKeyword && phrases is { IsCut: true }) { Unheld = unheld };
    }

    /// <summary>
    /// Finds the memories that may be found: living, not expired, of the type, and passing the filter. The filter comes before
    /// any cut to the best k, so that a filter which few memories pass still finds k of them.
    /// </summary>
    internal static async Task<Candidates> FilterAsync(
        IndexSnapshot snapshot, SearchScope scope, PayloadReader payloads, CancellationToken cancellationToken)
    {
        var candidates = new Candidates(snapshot);
        var undecided = Scan(candidates, scope, cancellationToken);
        foreach (var positions in undecided.Chunk(RowsPerRead))
        {
            var rows = await payloads([.. positions.Select(position => candidates.SlotAt(position).Seq)], cancellationToken);
            foreach (var position in positions)
            {
                var subject = new MemorySubject { Record = candidates.SlotAt(position).Record };
                if (rows.TryGetValue(candidates.SlotAt(position).Seq, out var content))
                {
                    subject.Fields = FieldSet.OfWhole(content.Payload.Span);
                    if (scope.Filter.Evaluate(subject) == FilterVerdict.Yes)
                    {
                        candidates.Allow(position);
                    }
                }
            }
        }

        return candidates;
    }

    /// <summary>Allows what the index shows to pass, and returns the positions that only the stored payload can decide.</summary>
    private static List<int> Scan(Candidates candidates, SearchScope scope, CancellationToken cancellationToken)
    {
        var snapshot = candidates.Snapshot;
        var undecided = new List<int>();
        var subject = new MemorySubject();
        // The box comes first: no payload is read of a memory that lies outside.
        var box = scope.Box is { } asked ? new KeyBox(asked) : null;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, length, offset) = (snapshot.SegmentAt(i), snapshot.LengthOf(i), candidates.OffsetOf(i));
            var isAnyLiving = scope is { Type: null, Filter.Root: null } && !segment.HasExpiredAt(scope.Now);
            var inside = box?.SlotsIn(segment, length);
            if (isAnyLiving && segment.HasNoDead && inside is null)
            {
                candidates.AllowRun(offset, length);
                continue;
            }

            for (var k = 0; k < (inside?.Length ?? length); k++)
            {
                var slot = inside?[k] ?? k;
                if (k % SlotsPerCancellationCheck == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                if (!segment.LivesAt(slot, snapshot.Publication))
                {
                    continue;
                }

                if (isAnyLiving)
                {
                    candidates.Allow(offset + slot);
                    continue;
                }

                ref readonly var content = ref segment[slot];
                if (content.ExpiresAt <= scope.Now.Microseconds || (scope.Type is { } type && type != content.Type))
                {
                    continue;
                }

                var verdict = FilterVerdict.Yes;
                if (scope.Filter.Root is { } filter)
                {
                    (subject.Record, subject.Fields) = (content.Record, content.Fields);
                    verdict = filter.Evaluate(subject);
                }

                if (verdict == FilterVerdict.Yes)
                {
                    candidates.Allow(offset + slot);
                }
                else if (verdict == FilterVerdict.NeedsRow)
                {
                    undecided.Add(offset + slot);
                }
            }
        }

        return undecided;
    }

    private static async Task<(RankedMemory[] Hits, IReadOnlyCollection<Coordinate> Unheld)> RankByEvidenceAsync(
        Candidates candidates, SearchRequest request, PhraseMatches? phrases, CancellationToken cancellationToken)
    {
        using var ranker = Ranker.Rank(candidates, request, phrases, cancellationToken);
        var unheld = request is { Links: { } links, Asked.Expand: { } expansion }
            ? await LinkedContext.AddAsync(ranker, candidates, expansion, links, cancellationToken)
            : [];
        var best = new BestList(Limit(candidates, request), candidates.CompareKeys);
        OfferBest(best, candidates, ranker, position => ranker.HasEvidence(position) && ranker.IsRelevant(position), request.Asked.MinScore);
        if (best.IsEmpty && request.Asked.Mode != SearchMode.Keyword && !Enumerable.Range(0, candidates.Positions).Any(position => candidates[position] && ranker.HasEvidence(position)))
        {
            OfferBest(best, candidates, ranker, position => ranker.IsScored(position) && ranker.IsRelevant(position), request.Asked.MinScore);
        }

        return (TakeHits(best, candidates, request, ranker, position => ranker.ScoreOf(position)), unheld);
    }

    private static void OfferBest(BestList best, Candidates candidates, Ranker ranker, Func<int, bool> isWanted, double minScore)
    {
        // Most memories score less than those kept so far. That is the cheapest check, so it comes first.
        for (var i = ranker.NextFrom(0, best.Least); i < candidates.Positions; i = ranker.NextFrom(i + 1, best.Least))
        {
            var score = ranker.ScoreOf(i);
            if (candidates[i] && score >= best.Least && score >= minScore && isWanted(i))
            {
                best.Offer(i, score);
            }
        }
    }

    private static RankedMemory[] ListByImportance(Candidates candidates, SearchRequest request, CancellationToken cancellationToken)
    {
        // The scores of a listing are importance and hints. An order by weights would contradict them.
        var plain = request with { UseContext = false, Asked = request.Asked with { RecencyWeight = 0, ImportanceWeight = 0 } };
        using var hints = Ranker.Rank(candidates, plain, null, cancellationToken);
        var largest = candidates.LargestImportance(request.Fading);
        var best = new BestList(Limit(candidates, request), (left, right) =>
        {
            var byHints = hints.ScoreOf(right).CompareTo(hints.ScoreOf(left));
            var byImportance = byHints != 0 ? byHints : candidates.ImportanceAt(right, request.Fading).CompareTo(candidates.ImportanceAt(left, request.Fading));
            return byImportance != 0 ? byImportance : candidates.SlotAt(right).CreatedSeq.CompareTo(candidates.SlotAt(left).CreatedSeq);
        });
        for (var i = 0; i < candidates.Positions; i++)
        {
            if (candidates[i] && ListScore(i) >= request.Asked.MinScore)
            {
                best.Offer(i, 0);
            }
        }

        return TakeHits(best, candidates, request, hints, ListScore);

        double ListScore(int position)
        {
            var importance = largest > 0 ? Math.Clamp(candidates.ImportanceAt(position, request.Fading) / largest, 0, 1) : 0;
            return hints.HasArms ? (hints.ScoreOf(position) + importance) / 2 : importance;
        }
    }

    private static RankedMemory[] TakeHits(
        BestList best, Candidates candidates, SearchRequest request, Ranker ranker, Func<int, double> scoreOf) =>
        [.. best.Take().Skip(request.Asked.Offset).Select(position =>
        {
            ref readonly var slot = ref candidates.SlotAt(position);
            return new RankedMemory(slot.Coordinate, slot.Seq, scoreOf(position), ranker.RelevanceOf(position), ranker.Explain(position));
        })];

    private static int Limit(Candidates candidates, SearchRequest request) =>
        (int)Math.Clamp((long)request.Asked.Offset + request.Asked.TopK, 1, Math.Max(1, candidates.Count));
}
