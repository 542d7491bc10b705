using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Soma.Bench.Load;

namespace Soma.Bench.Retrieval;

/// <summary>
/// The figures of one category of questions in one arrangement: shares and means from 0 to 1, times in milliseconds.
/// </summary>
public sealed record RetrievalResult(
    string Arrangement, string Category, int Queries, double RecallAt1, double RecallAt5, double RecallAt10, double RecallAt20,
    double Mrr, double NdcgAt10, double? MedianMilliseconds, double? P99Milliseconds)
{
    public static JsonSerializerOptions JsonOptions { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Header => $"{"",-26}{"",-14}{"n",5}{"R@1",7}{"R@5",7}{"R@10",7}{"R@20",7}{"MRR",7}{"nDCG@10",9}{"p50 ms",9}{"p99 ms",9}";

    public string Row => string.Create(CultureInfo.InvariantCulture,
        $"{(Category == "all" ? Arrangement : ""),-26}{Category,-14}{Queries,5}{RecallAt1,7:F3}{RecallAt5,7:F3}{RecallAt10,7:F3}{RecallAt20,7:F3}{Mrr,7:F3}{NdcgAt10,9:F3}{MedianMilliseconds,9:F2}{P99Milliseconds,9:F2}");

    public static RetrievalResult Of(string arrangement, string category, RetrievalFigures figures, Latencies? latencies)
    {
        ArgumentNullException.ThrowIfNull(figures);
        return new RetrievalResult(
            arrangement, category, figures.Count, figures.RecallAt(1), figures.RecallAt(5), figures.RecallAt(10), figures.RecallAt(20),
            figures.Mrr, figures.NdcgAt10, latencies?.Median, latencies?.Percentile(0.99));
    }
}
