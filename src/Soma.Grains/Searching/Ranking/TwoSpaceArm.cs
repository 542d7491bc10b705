namespace Soma.Grains.Searching.Ranking;

/// <summary>
/// Texts scored in two spaces whose numbers say nothing of each other: by the sentence model's vector where a memory has
/// one, else by the table's, each normalised within its own space.
/// </summary>
internal sealed class TwoSpaceArm(Arm model, Arm table) : IArm
{
    private bool _hasModel;
    private bool _hasTable;

    public bool Measure(Candidates candidates)
    {
        (_hasModel, _hasTable) = (model.Measure(candidates), table.Measure(candidates));
        return _hasModel || _hasTable;
    }

    public void AddTo(Span<float> sums, Candidates candidates, float weight)
    {
        for (var i = 0; i < candidates.Positions; i++)
        {
            sums[i] += candidates[i] ? weight * Normalised(i) : 0;
        }
    }

    public float Normalised(int position) => Of(position).Normalised(position);

    public double? Raw(int position) => Of(position).Raw(position);

    public bool IsEvidence(int position) => Of(position).IsEvidence(position);

    public void Dispose()
    {
        model.Dispose();
        table.Dispose();
    }

    private Arm Of(int position) => float.IsNaN(model.Scores[position]) ? table : model;
}
