using System.Collections.Concurrent;

namespace Soma.Grains.Storage.Archives;

/// <summary>The statements under <c>{store}/Sql/Archives</c>, read when they are first used.</summary>
internal sealed class ArchiveSql(string store)
{
    /// <summary>Tables of which nothing is left of a namespace that is swept, in the order of their sweeping.</summary>
    public static IReadOnlyList<string> SweptTables { get; } =
        ["index_cursor", "vector_cursor", "embeddings", "receipts", "links", "memories", "log", "namespace"];

    private readonly ConcurrentDictionary<string, string> _statements = [];

    public string this[string name] => _statements.GetOrAdd(name, static (key, from) => EmbeddedSql.Read(from, $"Archives.{key}"), store);

    public string Read(ArchiveTable table) => this[$"read_{table.Name}"];

    public string Write(ArchiveTable table) => this[$"write_{table.Name}"];

    public string Sweep(string table) => this[$"sweep_{table}"];
}
