using Soma.Testing;

namespace Soma.Architecture.Tests;

/// <summary>Rules that only the text of the sources shows.</summary>
public sealed class SourceTests
{
    private const int LongestFile = 300;

    private static readonly string Root = Repository.Root;

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
    {
        var files = Files("*.cs").ToList();

        Assert.NotEmpty(files);
        Assert.Empty(files.Where(file => File.ReadLines(file).Count() > LongestFile).Select(Short));
    }

    [Fact]
    public void Every_sql_file_begins_by_saying_what_it_is_for() =>
        Assert.Empty(Files("*.sql").Where(file => File.ReadLines(file).FirstOrDefault()?.StartsWith("--", StringComparison.Ordinal) != true).Select(Short));

    [Fact]
    public void Nothing_is_folded_away_in_regions() =>
        Assert.Empty(Files("*.cs").Where(file => File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal))).Select(Short));

    [Fact]
    public void No_test_is_skipped()
    {
        // Taken apart, or this line would find itself.
        const string Mark = "Skip" + " = ";

        Assert.Empty(Files("*.cs").Where(file => File.ReadLines(file).Any(line => line.Contains(Mark + '"', StringComparison.Ordinal))).Select(Short));
    }

    private static IEnumerable<string> Files(string pattern) =>
        new[] { "src", "tests", "bench" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories))
            .Where(file => !Short(file).Split('/').Any(piece => piece is "bin" or "obj"));

    private static string Short(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');
}
