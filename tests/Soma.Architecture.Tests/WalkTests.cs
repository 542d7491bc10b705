using System.Text.RegularExpressions;
using Soma.Testing;

namespace Soma.Architecture.Tests;

/// <summary>The files that a request passes, as docs/architecture.md lists them, are the files that the code passes.</summary>
public sealed partial class WalkTests
{
    // What a reader has to open today. A number may fall; a change that raises it makes the code harder to follow.
    [Theory]
    [InlineData("### The files of a store", 15)]
    [InlineData("### The files of a search", 12)]
    public void A_walk_is_no_longer_than_it_was(string heading, int most)
    {
        var section = Section(heading);
        var steps = Steps(section);

        Assert.InRange(steps.Count, 5, most);
        Assert.Contains($"these {steps.Count} files", section, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("### The files of a store")]
    [InlineData("### The files of a search")]
    public void Each_file_of_a_walk_is_used_by_one_before_it(string heading)
    {
        var steps = Steps(Section(heading));

        Assert.Empty(steps.Where((step, place) => place > 0 && !IsUsed(step, steps.Take(place))).Select(step => step.File));
    }

    private static bool IsUsed(Step step, IEnumerable<Step> before)
    {
        var users = before.Where(user => user.File.EndsWith(".cs", StringComparison.Ordinal)).Select(user => Code(user.File)).ToList();
        var text = Repository.Read(step.File);
        if (step.File.EndsWith(".sql", StringComparison.Ordinal))
        {
            return Statements().Matches(text).Any(name => users[^1].Contains($"Sql.Named[\"{name.Groups[1].Value}\"]", StringComparison.Ordinal));
        }

        var declared = Declarations().Matches(Code(step.File)).Select(match => match.Groups[1].Value).ToList();
        var names = step.Contract is { } contract && Implements(step.File, declared, contract) ? [contract] : declared;
        return names.Any(name => users.Any(user => Regex.IsMatch(user, $@"\b{name}\b")));
    }

    /// <summary>Whether a type of the file says, there or in another part of it, that it implements the interface.</summary>
    private static bool Implements(string file, IEnumerable<string> types, string contract)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, file))!;
        return Directory.EnumerateFiles(folder, "*.cs").Select(File.ReadAllText)
            .Any(code => types.Any(type => Regex.IsMatch(code, $@"\bclass {type}\b[^{{;]*:[^{{;]*\b{contract}\b")));
    }

    private static string Section(string heading)
    {
        var page = Repository.Read("docs/architecture.md");
        var start = page.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, heading);
        var end = page.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? page[start..] : page[start..end];
    }

    private static List<Step> Steps(string section) =>
        [.. ListItems().Matches(section).Select(item => new Step(item.Groups[1].Value, Contracts().Match(item.Value) is { Success: true } match ? match.Groups[1].Value : null))];

    // Without comments: what only a comment names is not used.
    private static string Code(string file) => Comments().Replace(Repository.Read(file), "");

    [GeneratedRegex(@"^\d+\. `([^`]+)`.*$", RegexOptions.Multiline)]
    private static partial Regex ListItems();

    [GeneratedRegex("through `([^`]+)`")]
    private static partial Regex Contracts();

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?! struct))\s+(\w+)")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"^-- name: (\w+)", RegexOptions.Multiline)]
    private static partial Regex Statements();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    /// <param name="File">Path of the file in the repository.</param>
    /// <param name="Contract">The interface through which it is used; null: it is used by its own name.</param>
    private sealed record Step(string File, string? Contract);
}
