using Soma.Grains.Searching.Indexing;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Tells the relevance of single memories, and its two features.</summary>
/// <remarks>
/// It looks at nothing but the query, the memory and its neighbours in its conversation, so the result is the same whatever else the
/// namespace holds, and whatever the mode of the search. A neighbour that the filter excludes counts too.
/// </remarks>
internal sealed class RelevanceMeter
{
    private readonly Candidates _candidates;
    private readonly QueryMasks _masks;
    private readonly SearchRequest _request;
    private readonly MaskWeights _weights;
    private readonly float[]? _query;
    private readonly QuantisedQuery? _quantised;
    private readonly RelevanceCurve? _curve;

    public RelevanceMeter(Candidates candidates, QueryMasks masks, SearchRequest request)
    {
        (_candidates, _masks, _request) = (candidates, masks, request);
        var total = Math.Max(request.Words.Total, float.Epsilon);
        _weights = new MaskWeights([.. masks.Words.Select(word => request.Words.Weights.GetValueOrDefault(word.Word.Source) / total)]);
        _query = TableTrust.Of(request.Reading) > 0 ? request.RelevanceVector : null;
        _quantised = _query is null ? null : new QuantisedQuery(_query);
        _curve = request.ModelVector is null ? null : request.Curve;
    }

    /// <summary>The relevance, the cosine that it rests on (null: it rests on the words alone), and the share of the query's words.</summary>
    public (double Value, double? Cosine, double Cover) Of(int position)
    {
        var (segment, place) = _candidates.PlaceOf(position);
        ref readonly var slot = ref _candidates.Snapshot.SegmentAt(segment)[place];
        double cover = Math.Min(1, _weights.Of(_masks.Window(position, slot)));
        var view = _candidates.Snapshot.ViewAt(segment);
        if (_curve is { } curve)
        {
            double? own = view.Models.Has(place) ? UnitVector.Dot(view.Models.Read(place), _request.ModelVector!) : null;
            return (Relevance.Of(curve, own, cover), own, cover);
        }

        var cosine = CosineOf(view.Texts, place);
        if (cosine is not null && view.Segment.Passages[place] is { } passages)
        {
            cosine = PassageScan.Raised((float)cosine.Value, passages, _quantised!);
        }

        return (Relevance.Of(cosine, cover, IsForeign(slot)), cosine, cover);
    }

    private double? CosineOf(VectorBlock vectors, int slot) =>
        _query is null ? null : vectors.Dimension == _query.Length && vectors.Has(slot) ? UnitVector.Dot(vectors.Read(slot), _query) : 0;

    private bool IsForeign(in Slot slot) => slot.Script != 0 && _request.Reading.Script != 0
        && (slot.Script != _request.Reading.Script || slot.IsEnglish != _request.Reading.IsEnglish);
}
