namespace Soma.Bench.Retrieval;

/// <summary>Mean figures over some queries: evidence recall at several depths, MRR, nDCG@10.</summary>
public sealed class RetrievalFigures
{
    private static readonly int[] Depths = [1, 5, 10, 20];
    private readonly double[] _recall = new double[Depths.Length];
    private double _reciprocalRank;
    private double _gain;
    private int _count;

    public static string Header => $"{"",-14}{"n",6}{"R@1",8}{"R@5",8}{"R@10",8}{"R@20",8}{"MRR",8}{"nDCG@10",9}";

    /// <summary>Takes in one query's answer.</summary>
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

    public string Row(string name) =>
        $"{name,-14}{_count,6}{string.Concat(_recall.Select(sum => $"{sum / _count,8:F3}"))}{_reciprocalRank / _count,8:F3}{_gain / _count,9:F3}";

    private static double Discount(int rank) => 1 / Math.Log2(rank + 2);
}
