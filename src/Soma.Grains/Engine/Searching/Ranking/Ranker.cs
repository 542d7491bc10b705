using System.Buffers;
using Soma.Grains.Engine.Searching.Text;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Engine.Searching.Ranking;

/// <summary>One ranking: scores the candidates by every arm that the request calls for, and fuses them.</summary>
/// <remarks>
/// Fusion is convex: the arms' min-max normalised scores with equal weights. (Fusing by ranks throws away how far apart
/// the scores are and was clearly worse.) Then context, then everything brought back to 0–1.
/// </remarks>
internal sealed class Ranker : IDisposable
{
    private readonly Candidates _candidates;
    private readonly SearchRequest _request;
    private readonly float[] _fused;
    private readonly float[] _gains;
    private Arm? _keyword;
    private Arm? _text;
    private Arm? _brought;
    private float _largest = 1;

    private Ranker(Candidates candidates, SearchRequest request)
    {
        (_candidates, _request) = (candidates, request);
        _fused = ArrayPool<float>.Shared.Rent(candidates.Positions);
        _gains = ArrayPool<float>.Shared.Rent(candidates.Positions);
        _fused.AsSpan(0, candidates.Positions).Clear();
        _gains.AsSpan(0, candidates.Positions).Clear();
    }

    /// <summary>Whether the request has anything to rank by.</summary>
    public bool HasArms => _keyword is not null || _text is not null || _brought is not null;

    public static Ranker Rank(Candidates candidates, SearchRequest request, CancellationToken cancellationToken)
    {
        var ranker = new Ranker(candidates, request);
        ranker.ScoreArms(cancellationToken);
        ranker.Fuse();
        if (request.UseContext && ranker.HasArms)
        {
            SequenceContext.Add(candidates, ranker._fused.AsSpan(0, candidates.Positions), ranker._gains.AsSpan(0, candidates.Positions));
        }

        ranker.FindLargest();
        return ranker;
    }

    public float ScoreOf(int position) => Math.Clamp((_fused[position] + _gains[position]) / _largest, 0, 1);

    /// <summary>
    /// Whether the memory may be in the answer: in keyword mode it needs a word, else anything that speaks for it, be
    /// it only the memories around it.
    /// </summary>
    public bool HasEvidence(int position) =>
        _keyword?.IsEvidence(position) == true
        || (_request.Mode != SearchMode.Keyword
            && (_gains[position] > 0 || _text?.IsEvidence(position) == true || _brought?.IsEvidence(position) == true));

    /// <summary>Whether the memory has anything the arms could score it by, for when there is no evidence for any.</summary>
    public bool IsScored(int position) =>
        _request.Mode != SearchMode.Keyword
        && ((_text is not null && !float.IsNaN(_text.Scores[position])) || (_brought is not null && !float.IsNaN(_brought.Scores[position])));

    public ScoreExplanation? Explain(int position) => !_request.Explain ? null : new ScoreExplanation
    {
        Keyword = Raw(_keyword, position),
        KeywordNormalised = _keyword?.Normalised(position),
        Text = Raw(_text, position),
        TextNormalised = _text?.Normalised(position),
        Brought = Raw(_brought, position),
        BroughtNormalised = _brought?.Normalised(position),
        Context = _candidates.SlotAt(position).Sequence == Indexing.Slot.NoSequence || !_request.UseContext ? null : _gains[position],
    };

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_fused);
        ArrayPool<float>.Shared.Return(_gains);
        _keyword?.Dispose();
        _text?.Dispose();
        _brought?.Dispose();
    }

    private void ScoreArms(CancellationToken cancellationToken)
    {
        var words = TermCounts.Of(string.Join(' ', _request.Filter.Keywords.Prepend(_request.Query)));
        if (_request.Mode != SearchMode.Vector && (words.Length > 0 || !string.IsNullOrWhiteSpace(_request.Query)))
        {
            _keyword = KeywordArm.Score(_candidates, words, cancellationToken);
        }

        if (_request.Mode != SearchMode.Keyword && _request.TextVector is { } text && !string.IsNullOrWhiteSpace(_request.Query))
        {
            _text = VectorArm.Score(_candidates, text, brought: false, cancellationToken);
        }

        if (_request.Mode != SearchMode.Keyword && _request.BroughtVector is { } brought)
        {
            _brought = VectorArm.Score(_candidates, UnitVector.Of(brought), brought: true, cancellationToken);
        }
    }

    private void Fuse()
    {
        // An arm that scored nothing (a query of unknown words) shall not halve what the others say.
        var arms = new[] { _keyword, _text, _brought }.OfType<Arm>().Where(arm => arm.Measure(_candidates)).ToArray();
        foreach (var arm in arms)
        {
            for (var i = 0; i < _candidates.Positions; i++)
            {
                _fused[i] += _candidates[i] ? arm.Normalised(i) / arms.Length : 0;
            }
        }
    }

    // Without context nothing passes 1; with it the best does, and what it reaches becomes 1.
    private void FindLargest()
    {
        for (var i = 0; i < _candidates.Positions; i++)
        {
            _largest = Math.Max(_largest, _fused[i] + _gains[i]);
        }
    }

    private static double? Raw(Arm? arm, int position) =>
        arm is null || float.IsNaN(arm.Scores[position]) ? null : arm.Scores[position];
}
