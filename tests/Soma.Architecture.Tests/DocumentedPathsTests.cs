using System.Text.RegularExpressions;
using Soma.Testing;

namespace Soma.Architecture.Tests;

/// <summary>What the pages for readers of the code name is there.</summary>
public sealed partial class DocumentedPathsTests
{
    // Made by whoever follows the page: secrets by the operator, the executable by `make run`.
    private static readonly string[] Made = ["deploy/secrets/", "src/Soma/bin/run/"];

    public static TheoryData<string> Pages() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(file => "docs/" + Path.GetFileName(file)), "CONTRIBUTING.md", "README.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_path_that_a_page_names_exists(string page)
    {
        var named = Paths().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value);
        var missing = named.Where(path => !Made.Any(made => path.StartsWith(made, StringComparison.Ordinal)) && !Exists(path)).ToList();

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_test_that_the_recipes_name_exists()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var named = TestNames().Matches(Repository.Read("CONTRIBUTING.md")).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.Empty(named.Except(files));
    }

    private static bool Exists(string path)
    {
        var full = Path.Combine(Repository.Root, path.TrimEnd('/'));
        if (!path.Contains('*', StringComparison.Ordinal))
        {
            return Path.Exists(full);
        }

        var folder = Path.GetDirectoryName(full)!;
        return Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder, Path.GetFileName(full)).Any();
    }

    [GeneratedRegex(@"`((?:src|tests|docs|scripts|bench|deploy)/[\w./*-]+)`")]
    private static partial Regex Paths();

    [GeneratedRegex(@"`(\w+Tests)`")]
    private static partial Regex TestNames();
}
