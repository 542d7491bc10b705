namespace Soma.Grains.Storage;

/// <summary>
/// A store's statements by name. They lie in a few files under <c>{store}/Sql</c>, one for each part of the store that sends them;
/// in a file each begins with a line <c>-- name: take_epoch</c>, and next comes its comment: what, why, which locks.
/// </summary>
internal sealed class SqlStatements
{
    private const string Mark = "-- name: ";

    private readonly Dictionary<string, string> _statements = new(StringComparer.Ordinal);

    /// <param name="store">The store's folder, <c>Postgres</c> or <c>Sqlite</c>.</param>
    /// <param name="folder">A folder below <c>{store}/Sql</c>; null: the files right under it.</param>
    public SqlStatements(string store, string? folder = null)
    {
        foreach (var file in EmbeddedSql.ReadFiles(store, folder))
        {
            // What stands before the first name says what the file is for.
            foreach (var statement in $"\n{file.ReplaceLineEndings("\n")}".Split('\n' + Mark).Skip(1))
            {
                var end = statement.IndexOf('\n', StringComparison.Ordinal);
                _statements.Add(statement[..end].Trim(), statement[(end + 1)..].TrimEnd() + "\n");
            }
        }
    }

    public IReadOnlyCollection<string> Names => _statements.Keys;

    /// <exception cref="KeyNotFoundException">No file has such a statement: a mistake in the code that asks.</exception>
    public string this[string name] => _statements[name];
}
