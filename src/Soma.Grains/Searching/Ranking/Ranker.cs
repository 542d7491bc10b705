using System.Buffers;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Scores the candidates by every arm that the request calls for (words, text vectors, brought vectors), and fuses the scores.</summary>
/// <remarks>
/// The fused score is the weighted mean of the arms' min-max normalised scores. (Fusing by ranks was clearly worse.) Text vectors count
/// 3 : 2 beside words, because coverage counts the words once more; as far as the table does not know a text, its vector leaves its share
/// to the words. Gains for coverage, speakers, phrases and context are added, and the sums are scaled back to 0–1.
/// </remarks>
internal sealed class Ranker : IDisposable
{
    // The share of the text vectors, the words having the rest. Measured with coverage: .5 is worse on long chats and paragraphs.
    private const float TextShare = 0.6f;

    private readonly Candidates _candidates;
    private readonly SearchRequest _request;
    private readonly PhraseMatches? _phrases;
    private readonly Precision _precision;
    private readonly float[] _fused;
    private readonly float[] _gains;
    private readonly float[] _covered;
    private readonly bool[] _isNamed;
    private readonly Dictionary<int, float> _linked = [];
    private readonly float _trust;
    private TermCounts _words = TermCounts.Empty;
    private QueryMasks? _masks;
    private RelevanceMeter? _relevance;
    private bool _isTrustUsed;
    private List<SnapshotTerm> _terms = [];

    // The scores by all words that are ranked by, and by the words of the query alone: two arms after a second ranking.
    private Arm? _keyword;
    private Arm? _ofQuery;
    private IArm? _text;
    private Arm? _brought;
    private Preferences? _preferences;
    private float _largest = 1;
    private bool _hasWords;

    private Ranker(Candidates candidates, SearchRequest request, PhraseMatches? phrases)
    {
        (_candidates, _request) = (candidates, request);
        _precision = Precision.Of(candidates.Snapshot, request);

        // In a keyword search every hit holds all phrases, so they do not distinguish the hits.
        _phrases = request.Asked.Mode == SearchMode.Hybrid ? phrases : null;
        _fused = ArrayPool<float>.Shared.Rent(candidates.Positions);
        _gains = ArrayPool<float>.Shared.Rent(candidates.Positions);
        _covered = ArrayPool<float>.Shared.Rent(candidates.Positions);
        _trust = TableTrust.Of(request.Reading);
        _isNamed = ArrayPool<bool>.Shared.Rent(candidates.Positions);
        _isNamed.AsSpan(0, candidates.Positions).Clear();
        Fused.Clear();
        Gains.Clear();
    }

    /// <summary>Whether the request has anything to rank by.</summary>
    public bool HasArms => _keyword is not null || _text is not null || _brought is not null;

    /// <param name="candidates">The memories that may be found.</param>
    /// <param name="request">What to rank by.</param>
    /// <param name="phrases">Which of them hold the query's phrases; null: the query has none.</param>
    /// <param name="cancellationToken">Ends the ranking early.</param>
    public static Ranker Rank(
        Candidates candidates, SearchRequest request, PhraseMatches? phrases, CancellationToken cancellationToken)
    {
        var ranker = new Ranker(candidates, request, phrases);
        ranker._preferences = Preferences.Of(candidates, request);
        ranker.ScoreArms(cancellationToken);
        if (ranker.HasCoverage)
        {
            CoverageArm.Score(candidates, ranker._masks!, request.UseContext, ranker.Covered);
        }

        ranker.Sum();
        if (ranker.IsRankedAgain)
        {
            ranker.RankAgain(cancellationToken);
        }

        return ranker;
    }

    /// <summary>The score that a memory can lend others by links.</summary>
    public float LendableOf(int position) => _fused[position];

    /// <summary>Adds what memories gain by links to their scores.</summary>
    public void AddLinked(IEnumerable<(int Position, float Gain)> gains)
    {
        foreach (var (position, gain) in gains)
        {
            _linked[position] = gain;
            _fused[position] += gain;
        }

        ScaleBack();
    }

    public float ScoreOf(int position)
    {
        var score = Math.Clamp(_fused[position] / _largest, 0, 1);
        return _preferences?.Blend(score, position, _hasWords && _ofQuery?.IsEvidence(position) == false) ?? score;
    }

    /// <summary>The next position from <paramref name="from"/> on that may be a hit with at least that score; the number of positions if there is none.</summary>
    public int NextFrom(int from, double score)
    {
        // Most memories have none of the words, so in keyword mode they are no hits.
        from = _request.Asked.Mode == SearchMode.Keyword && _linked.Count == 0 ? _keyword?.NextEvidence(from) ?? _candidates.Positions : from;
        if (_preferences is not null || score <= 0)
        {
            return from;
        }

        // A little lower than the score, because dividing and multiplying round.
        return ScoreSpan.NextOutside(Fused, from, float.NegativeInfinity, (float)score * _largest * 0.99999f);
    }

    /// <summary>
    /// Whether the memory may be in the answer. In keyword mode it needs a word or a link, otherwise any score above zero or a gain
    /// from the memories around it.
    /// </summary>
    public bool HasEvidence(int position) =>
        _keyword?.IsEvidence(position) == true
        || _linked.ContainsKey(position)
        || (_request.Asked.Mode != SearchMode.Keyword
            && (_gains[position] > 0 || _text?.IsEvidence(position) == true || _brought?.IsEvidence(position) == true));

    /// <summary>Whether the memory has a vector score at all. This decides when no memory has evidence.</summary>
    public bool IsScored(int position) =>
        _request.Asked.Mode != SearchMode.Keyword
        && (_text?.Raw(position) is not null || _brought?.Raw(position) is not null);

    /// <summary>The chance that the memory has to do with the query; null if the query has no text.</summary>
    public double? RelevanceOf(int position) => _relevance?.Of(position).Value;

    /// <summary>Whether the memory is as relevant as the request demands.</summary>
    public bool IsRelevant(int position) =>
        _request.Asked.MinRelevance <= 0 || _relevance is null || _relevance.Of(position).Value >= _request.Asked.MinRelevance;

    public ScoreExplanation? Explain(int position) => !_request.Asked.Explain ? null : new ScoreExplanation
    {
        Keyword = _keyword?.Raw(position),
        KeywordNormalised = _keyword?.Normalised(position),
        Text = _text?.Raw(position),
        TextNormalised = _text?.Normalised(position),
        TextSpace = IsComparedByModel(position) ? _request.ModelSpace : null,
        Brought = _brought?.Raw(position),
        BroughtNormalised = _brought?.Normalised(position),
        Context = _candidates.SlotAt(position).Sequence == Slot.NoSequence || !_request.UseContext ? null : _gains[position],
        Speaker = _isNamed[position] ? SpeakerArm.Gain : null,
        Phrase = _phrases?.GainOf(position),
        Coverage = !HasCoverage ? null : _covered[position] / CoverageArm.Inside,
        Trust = _isTrustUsed ? TrustAt(position) : null,
        RelevanceCosine = _relevance?.Of(position).Cosine,
        RelevanceCover = _relevance?.Of(position).Cover,
        RelevanceByTable = _relevance?.ByTable(position),
        Linked = _linked.TryGetValue(position, out var linked) ? linked : null,
        Recency = _preferences?.RecencyOf(position),
        Importance = _preferences?.ImportanceOf(position),
    };

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_fused);
        ArrayPool<float>.Shared.Return(_gains);
        ArrayPool<float>.Shared.Return(_covered);
        ArrayPool<bool>.Shared.Return(_isNamed);
        _masks?.Dispose();
        _ofQuery?.Dispose();
        if (_keyword != _ofQuery)
        {
            _keyword?.Dispose();
        }

        _text?.Dispose();
        _brought?.Dispose();
    }

    private void ScoreArms(CancellationToken cancellationToken)
    {
        var hints = _request.Filter.Keywords;
        _words = hints.Count == 0 && _request.Words.Terms is { } read ? read : TermCounts.OfQuery(string.Join(' ', hints.Prepend(_request.Asked.Query)));
        _terms = SnapshotTerm.Find(_candidates.Snapshot, _words);
        if (!string.IsNullOrWhiteSpace(_request.Asked.Query))
        {
            _masks = QueryMasks.Of(_candidates, _words, _terms, cancellationToken);
            _relevance = new RelevanceMeter(_candidates, _masks, _request);
        }

        if (_request.Asked.Mode != SearchMode.Vector && (_words.Length > 0 || !string.IsNullOrWhiteSpace(_request.Asked.Query)))
        {
            _keyword = _ofQuery = KeywordArm.Score(_candidates, _terms, cancellationToken);
        }

        if (_request.Asked.Mode == SearchMode.Keyword)
        {
            return;
        }

        _text = string.IsNullOrWhiteSpace(_request.Asked.Query) ? null : VectorArm.ScoreTexts(_candidates, _request, _precision, cancellationToken);
        if (_request.BroughtVector is { } brought)
        {
            _brought = VectorArm.Score(_candidates, UnitVector.Of(brought), AnnouncedScans.Brought, _precision, _request.Announced?.OfBrought, cancellationToken);
        }
    }

    // The words of foreign languages gained nothing by a second ranking, and without a word of the query in any memory the hits are less sure.
    private bool IsRankedAgain =>
        _request.Asked is { Accurate: true, Mode: SearchMode.Hybrid } && _masks is not null && _terms.Count > 0 && _request.Reading.IsEnglish;

    /// <summary>Ranks by words of the first hits too. What the query's words cover stays as it is.</summary>
    private void RankAgain(CancellationToken cancellationToken)
    {
        var first = FirstHits.Of(_candidates, Fused);
        _keyword = KeywordArm.Score(_candidates, [.. _terms, .. first.FurtherWords(_terms)], cancellationToken);
        Fused.Clear();
        Gains.Clear();
        _isNamed.AsSpan(0, _candidates.Positions).Clear();
        Sum();
        first.Keep(Fused);
        ScaleBack();
    }

    private void Sum()
    {
        Fuse();

        // One half of the coverage counts inside of the context, the other outside of it.
        ScoreSpan.Add(Covered, Fused);
        if (UsesContext && HasArms)
        {
            SequenceContext.Add(_candidates, Fused, Gains);
            ScoreSpan.Add(Gains, Fused);
        }

        ScoreSpan.Add(Covered, Fused);
        if (_keyword is not null)
        {
            SpeakerArm.Add(_candidates, _words, _fused, _isNamed);
        }

        ScaleBack();
    }

    private Span<float> Fused => _fused.AsSpan(0, _candidates.Positions);

    // Only hybrid searches have coverage. Others add this empty span.
    private Span<float> Covered => HasCoverage ? _covered.AsSpan(0, _candidates.Positions) : default;

    private Span<float> Gains => _gains.AsSpan(0, _candidates.Positions);

    private bool UsesContext => _request.UseContext && _candidates.Snapshot.SequenceBound > 0;

    private bool IsComparedByModel(int position)
    {
        var (segment, slot) = _candidates.PlaceOf(position);
        return _text is not null && _candidates.Snapshot.UsesModels && _request.ModelVector is not null
            && _candidates.Snapshot.ViewAt(segment).Models.Has(slot);
    }

    private void Fuse()
    {
        // An arm without scores (the query's words are unknown) must not halve the scores of the other arms.
        var arms = new[] { _keyword, _text, _brought }.OfType<IArm>().Where(arm => arm.Measure(_candidates)).ToArray();
        _hasWords = _keyword is not null && arms.Contains(_keyword);
        var hasBoth = _hasWords && _text is not null && arms.Contains(_text);
        _isTrustUsed = hasBoth && _text is Arm && !_candidates.Snapshot.UsesModels;
        var meaning = 2 * TextShare * (_isTrustUsed ? _trust : 1);
        foreach (var arm in arms)
        {
            var weight = !hasBoth || ReferenceEquals(arm, _brought) ? 1 : ReferenceEquals(arm, _text) ? meaning : 2 - meaning;
            arm.AddTo(Fused, _candidates, weight / arms.Length);
        }

        if (_isTrustUsed)
        {
            TableTrust.DistrustUnknown(_candidates, _trust, 2 * TextShare / arms.Length, _keyword!, (Arm)_text!, Fused);
        }

        for (var i = 0; _phrases is not null && i < _candidates.Positions; i++)
        {
            _fused[i] += _phrases.GainOf(i);
        }
    }

    private float TrustAt(int position)
    {
        var (segment, slot) = _candidates.PlaceOf(position);
        return Math.Min(_trust, _candidates.Snapshot.SegmentAt(segment).Trust[slot]);
    }

    // With gains the best score may exceed 1. All scores are then divided by it.
    private void ScaleBack() => _largest = Math.Max(1, ScoreSpan.Range(Fused).Highest);

    private bool HasCoverage => _masks is not null && _request.Asked.Mode == SearchMode.Hybrid;
}
