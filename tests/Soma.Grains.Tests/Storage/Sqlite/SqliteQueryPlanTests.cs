using System.Text.RegularExpressions;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Grains.Tests.Storage.Sqlite;

/// <summary>No statement of the canonical store walks a namespace to find a few rows of it, whatever the planner guesses.</summary>
public sealed partial class SqliteQueryPlanTests
{
    private static readonly string[] LargeTables = ["log", "memories", "links", "embeddings", "receipts"];

    // What each key holds is added up once for an owner, when the first bounded write needs it; the owner counts on from there.
    private static readonly string[] Sums = ["read_amounts"];

    public static TheoryData<string> Statements => [.. SqliteSql.Named.Names.Except(Sums)];

    [Theory]
    [MemberData(nameof(Statements))]
    public async Task Rows_are_found_by_more_than_their_namespace(string name)
    {
        var statement = SqliteSql.Named[name];
        if (!Reads().IsMatch(statement))
        {
            return;
        }

        using var folder = new TempFolder();
        using var database = new SqliteDatabase(folder.Path);
        await database.InitializeAsync(CancellationToken.None);
        var arguments = Parameters().Matches(statement).Select(match => int.Parse(match.Groups[1].Value)).DefaultIfEmpty(0).Max();
        var plan = await database.WriteAsync(
            session => session.Read("EXPLAIN QUERY PLAN " + statement, reader => reader.GetString(3), new object?[arguments]), CancellationToken.None);
        Assert.DoesNotContain(plan, line => WalksANamespace(line, statement));
    }

    /// <summary>A table without row ids is ordered by its key, and each step of a search in it reads a whole row, whatever its size, to compare it.</summary>
    [Fact]
    public async Task Tables_that_hold_payloads_and_answers_are_not_ordered_by_their_keys()
    {
        using var folder = new TempFolder();
        using var database = new SqliteDatabase(folder.Path);
        await database.InitializeAsync(CancellationToken.None);
        var ordered = await database.WriteAsync(
            session => session.Read("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr", reader => reader.GetString(0)), CancellationToken.None);
        Assert.Contains("memories", ordered);
        Assert.Empty(ordered.Intersect(["log", "embeddings", "receipts"]));
    }

    private static bool WalksANamespace(string line, string statement)
    {
        var step = Step().Match(line);
        return step.Success && TableOf(step.Groups["table"].Value, statement) is { } table && LargeTables.Contains(table)
            && (step.Groups["how"].Value == "SCAN" || line.EndsWith("(namespace_id=?)", StringComparison.Ordinal));
    }

    // The plan calls a table by its alias.
    private static string TableOf(string name, string statement) =>
        Regex.Match(statement, $@"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)\s+(?:AS\s+)?{name}\b") is { Success: true } alias ? alias.Groups[1].Value : name;

    [GeneratedRegex(@"^(?:--.*\n)*\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b")]
    private static partial Regex Reads();

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameters();

    [GeneratedRegex(@"^(?<how>SCAN|SEARCH) (?<table>\w+)")]
    private static partial Regex Step();
}
