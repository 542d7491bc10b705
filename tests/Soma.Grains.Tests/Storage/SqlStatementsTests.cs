using System.Text.RegularExpressions;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Grains.Tests.Storage;

public sealed partial class SqlStatementsTests
{
    [Theory]
    [InlineData("Postgres")]
    [InlineData("Sqlite")]
    public void Code_asks_for_statements_that_are_there_and_none_is_left_over(string store)
    {
        var statements = store == "Postgres" ? PostgresSql.Named : SqliteSql.Named;
        var asked = Directory.EnumerateFiles(SourceFolder(), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Uses().Matches(File.ReadAllText(file)))
            .Where(use => use.Groups["store"].Value == store)
            .Select(use => use.Groups["name"].Value)
            .Distinct();

        Assert.Equal(statements.Names.Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Postgres")]
    [InlineData("Sqlite")]
    public void Each_statement_begins_with_a_comment(string store)
    {
        var statements = store == "Postgres" ? PostgresSql.Named : SqliteSql.Named;
        Assert.All(statements.Names, name => Assert.StartsWith("-- ", statements[name], StringComparison.Ordinal));
    }

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Soma.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "src", "Soma.Grains", "Storage");
    }

    [GeneratedRegex("""(?<store>Postgres|Sqlite)Sql\.Named\["(?<name>\w+)"\]""")]
    private static partial Regex Uses();
}
