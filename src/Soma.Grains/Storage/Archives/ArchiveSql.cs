namespace Soma.Grains.Storage.Archives;

/// <summary>The statements under <c>{store}/Sql/Archives</c>, which read, build and sweep whole namespaces.</summary>
internal sealed class ArchiveSql(string store)
{
    /// <summary>Tables of which nothing is left of a namespace that is swept, in the order of their sweeping.</summary>
    public static IReadOnlyList<string> SweptTables { get; } =
        ["index_cursor", "vector_cursor", "embeddings", "receipts", "links", "memories", "log", "namespace"];

    private readonly SqlStatements _statements = new(store, "Archives");

    public string this[string name] => _statements[name];

    public string Read(ArchiveTable table) => this[$"read_{table.Name}"];

    public string Write(ArchiveTable table) => this[$"write_{table.Name}"];

    public string Sweep(string table) => this[$"sweep_{table}"];
}
