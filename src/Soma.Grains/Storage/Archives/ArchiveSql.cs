using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Soma.Grains.Storage.Archives;

/// <summary>The statements under <c>{store}/Sql/Archives</c>: each follows a line <c>-- name: …</c> in the file of what uses it.</summary>
internal sealed partial class ArchiveSql(string store)
{
    /// <summary>Tables of which nothing is left of a namespace that is swept, in the order of their sweeping.</summary>
    public static IReadOnlyList<string> SweptTables { get; } =
        ["index_cursor", "vector_cursor", "embeddings", "receipts", "links", "memories", "log", "namespace"];

    private readonly FrozenDictionary<string, string> _statements = ((string[])["reading", "examining", "building", "sweeping"])
        .SelectMany(file => Named().Split(EmbeddedSql.Read(store, $"Archives.{file}")).Skip(1).Chunk(2))
        .ToFrozenDictionary(pair => pair[0], pair => pair[1]);

    public string this[string name] => _statements[name];

    public string Read(ArchiveTable table) => this[$"read_{table.Name}"];

    public string Write(ArchiveTable table) => this[$"write_{table.Name}"];

    public string Sweep(string table) => this[$"sweep_{table}"];

    // Split with a group gives the text before the first name, and then name and statement by turns.
    [GeneratedRegex(@"^-- name: (\w+)\r?\n", RegexOptions.Multiline)]
    private static partial Regex Named();
}
