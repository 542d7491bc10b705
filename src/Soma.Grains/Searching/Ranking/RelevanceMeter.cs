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
    private readonly float[]? _table;
    private readonly QuantisedQuery? _quantised;
    private readonly RelevanceCurve? _curve;

    public RelevanceMeter(Candidates candidates, QueryMasks masks, SearchRequest request)
    {
        (_candidates, _masks, _request) = (candidates, masks, request);
        var total = Math.Max(request.Words.Total, float.Epsilon);
        _weights = new MaskWeights([.. masks.Words.Select(word => request.Words.Weights.GetValueOrDefault(word.Word!.Source) / total)]);
        _table = TableTrust.Of(request.Reading) > 0 ? request.TableVector : null;
        _quantised = _table is null ? null : new QuantisedQuery(_table);
        _curve = request.ModelVector is null ? null : request.Curve;
    }

    /// <summary>The relevance, the cosine that it rests on (null: it rests on the words alone), and the share of the query's words.</summary>
    public (double Value, double? Cosine, double Cover) Of(int position)
    {
        var (segment, place) = _candidates.PlaceOf(position);
        var cover = CoverOf(position);
        if (!_request.HasOwnEmbedder)
        {
            var byTable = TableCosineOf(segment, place);
            return (Relevance.Of(byTable, cover, IsForeign(position)), byTable, cover);
        }

        var models = _candidates.Snapshot.ViewAt(segment).Models;
        double? byModel = _curve is not null && models.Has(place) ? UnitVector.Dot(models.Read(place), _request.ModelVector!) : null;
        return (byModel is null ? Relevance.Of(null, cover, false) : _curve!.Of(byModel.Value, cover), byModel, cover);
    }

    /// <summary>
    /// What the relevance would be by the table's vectors, where an embedder of the namespace's own makes the vectors; else null. A curve
    /// for that embedder is fitted to it.
    /// </summary>
    public double? ByTable(int position)
    {
        var (segment, place) = _candidates.PlaceOf(position);
        return _request.HasOwnEmbedder && _table is not null && _candidates.Snapshot.ViewAt(segment).Texts.Has(place)
            ? Relevance.Of(TableCosineOf(segment, place), CoverOf(position), IsForeign(position))
            : null;
    }

    private double CoverOf(int position) => Math.Min(1, _weights.Of(_masks.Window(position, _candidates.SlotAt(position))));

    private double? TableCosineOf(int segment, int place)
    {
        if (_table is null)
        {
            return null;
        }

        var view = _candidates.Snapshot.ViewAt(segment);
        var cosine = view.Texts.Dimension == _table.Length && view.Texts.Has(place) ? UnitVector.Dot(view.Texts.Read(place), _table) : 0;
        return view.Segment.Passages[place] is { } passages ? PassageScan.Raised((float)cosine, passages, _quantised!) : cosine;
    }

    private bool IsForeign(int position)
    {
        ref readonly var slot = ref _candidates.SlotAt(position);
        return slot.Script != 0 && _request.Reading.Script != 0
            && (slot.Script != _request.Reading.Script || slot.IsEnglish != _request.Reading.IsEnglish);
    }
}
