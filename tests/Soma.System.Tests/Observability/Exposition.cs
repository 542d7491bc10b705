using System.Text.RegularExpressions;
using Soma.Testing;

namespace Soma.System.Tests.Observability;

/// <summary>
/// The part of <c>/metrics</c> that dashboards and alerts depend on: help, type, labels and buckets of Soma's own metrics,
/// without their values.
/// </summary>
internal static partial class Exposition
{
    /// <summary>Fails if the metrics of a process do not become exactly those that its golden file lists.</summary>
    /// <remarks>
    /// A process is ready shortly before its last series exist, so the scrape is repeated until they do. To record the files
    /// anew, set <c>SOMA_UPDATE_GOLDEN</c> to 1, run the tests, and review the difference.
    /// </remarks>
    public static async Task AssertSameAsync(string process, Func<Task<string>> scrape)
    {
        var path = Path.Combine(Repository.Root, "tests/Soma.System.Tests/Observability/Golden", $"{process}.txt");
        if (Environment.GetEnvironmentVariable("SOMA_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllLines(path, Describe(await scrape()));
        }

        var expected = File.ReadAllLines(path);
        List<string> shown = [];
        try
        {
            await Eventually.TrueAsync(async () => expected.SequenceEqual(shown = Describe(await scrape())));
        }
        catch (TimeoutException)
        {
            Assert.Equal([], expected.Except(shown).Select(line => $"missing: {line}").Concat(shown.Except(expected).Select(line => $"new: {line}")));
        }
    }

    private static List<string> Describe(string scrape) => [.. scrape.Split('\n').Where(IsOwn).Select(Shape).Distinct().Order(StringComparer.Ordinal)];

    private static bool IsOwn(string line) => Own().IsMatch(line);

    // Which routes were asked depends on how long the process took to start, so their labels are listed without values.
    private static string Shape(string line) => line[0] == '#'
        ? line
        : Route().Replace(line[..line.LastIndexOf(' ')], "$1=\"…\"");

    // Orleans, .NET and the libraries have metrics of their own, which change with their versions.
    [GeneratedRegex("^(# (HELP|TYPE) )?(soma|api|http)_")]
    private static partial Regex Own();

    [GeneratedRegex("""\b(endpoint|method|status)="(?:[^"\\]|\\.)*["]""")]
    private static partial Regex Route();
}
