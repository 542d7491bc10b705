namespace Soma.Bench.Retrieval;

/// <summary>Means over some queries: recall of evidence at several depths, MRR and nDCG@10.</summary>
public sealed class RetrievalFigures
{
    private static readonly int[] Depths = [1, 5, 10, 20];
    private readonly double[] _recall = new double[Depths.Length];
    private double _reciprocalRank;
    private double _gain;
    private int _count;

    public int Count => _count;

    public double Mrr => _reciprocalRank / _count;

    public double NdcgAt10 => _gain / _count;

    /// <summary>Adds the answer to one query.</summary>
    public void Add(IReadOnlyList<string> found, IReadOnlyCollection<string> gold)
    {
        ArgumentNullException.ThrowIfNull(found);
        var hits = found.Select(gold.Contains).ToArray();
        for (var i = 0; i < Depths.Length; i++)
        {
            _recall[i] += hits.Take(Depths[i]).Count(hit => hit) / (double)gold.Count;
        }

        var first = Array.IndexOf(hits, true);
        _reciprocalRank += first < 0 ? 0 : 1.0 / (first + 1);
        var ideal = Enumerable.Range(0, Math.Min(10, gold.Count)).Sum(Discount);
        _gain += Enumerable.Range(0, Math.Min(10, hits.Length)).Where(rank => hits[rank]).Sum(Discount) / ideal;
        _count++;
    }

    /// <summary>The share of the evidence that is among the first <paramref name="depth"/> hits, 0–1.</summary>
    public double RecallAt(int depth) => _recall[Array.IndexOf(Depths, depth)] / _count;

    private static double Discount(int rank) => 1 / Math.Log2(rank + 2);
}
