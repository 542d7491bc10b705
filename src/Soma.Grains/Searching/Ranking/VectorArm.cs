using System.Buffers;
using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Scores by cosine: scans the int8 vectors of one space, and rescores the best with the float32 vectors.</summary>
/// <remarks>
/// An int8 score is wrong by a few thousandths. Rescoring the best gives the order of float32, because the memories
/// behind them are farther away than that. An exact search of several arms reads only float32 vectors. An exact search by one vector
/// alone needs the exact scores of its hits and of the worst memory, between which scores are normalised. It scans the int8 vectors,
/// too, and rescores every memory that could be one of these, given how wrong an int8 score can be at most.
/// </remarks>
internal static class VectorArm
{
    private const int RescoredAtLeast = 64;
    private const int RescoredPerWanted = 4;

    /// <param name="candidates">The memories to score.</param>
    /// <param name="query">The query's vector, of length 1.</param>
    /// <param name="space">Selects the vectors of a segment.</param>
    /// <param name="precision">Which scores have to be exact.</param>
    /// <param name="shared">The query as it was announced for a shared scan; null: it was not.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    public static Arm Score(
        Candidates candidates,
        float[] query,
        Func<SegmentView, VectorBlock> space,
        Precision precision,
        SharedScan? shared,
        CancellationToken cancellationToken)
    {
        var scan = new VectorScan(candidates, query, shared?.Query ?? new QuantisedQuery(query), space);
        if (precision.IsOfAll)
        {
            var exact = new Arm(candidates.Positions, float.NaN);
            scan.ScoreExactly(exact.Scores, cancellationToken);
            return exact;
        }

        var arm = shared is null ? new Arm(candidates.Positions, float.NaN) : new Arm(candidates.Positions, shared.Run());
        scan.Score(arm.Scores, areScored: shared is not null, cancellationToken);
        if (precision.IsExact)
        {
            scan.RescoreEnds(arm.Scores, scan.RescoreBest(arm.Scores, precision.Wanted));
        }
        else
        {
            scan.RescoreBest(arm.Scores, Math.Max(RescoredAtLeast, RescoredPerWanted * precision.Wanted));
        }

        return arm;
    }

    /// <summary>Scores by the vectors of the texts: the first ones, those of a sentence model with a space of its own, or both.</summary>
    public static IArm? ScoreTexts(Candidates candidates, SearchRequest request, Precision precision, CancellationToken cancellationToken)
    {
        var model = candidates.Snapshot.UsesModels && request.ModelVector is { } query
            ? Score(candidates, query, static view => view.Models, precision, null, cancellationToken)
            : null;
        var table = request.TextVector is { } text
            ? Score(candidates, text, AnnouncedScans.Texts, precision, request.Announced?.OfText, cancellationToken)
            : null;
        if (table is not null)
        {
            var leads = request.Announced?.OfText?.Leads;
            PassageScan.Raise(candidates, request.TableVector ?? request.TextVector!, leads, table.Scores);
            if (leads is not null)
            {
                ArrayPool<float>.Shared.Return(leads);
            }
        }

        return model is not null && table is not null ? new TwoSpaceArm(model, table) : model ?? table;
    }
}
