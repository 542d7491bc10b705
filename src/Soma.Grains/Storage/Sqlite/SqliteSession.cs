using Microsoft.Data.Sqlite;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>
/// One connection with its prepared statements. Used by one thread at a time; every call blocks, so never on a grain's turn.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private const int BusyMilliseconds = 5_000;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    // By reference: a statement's text is always the same object, and hashing long texts for each row would take time.
    private readonly Dictionary<string, SqliteStatement> _statements = new(ReferenceEqualityComparer.Instance);

    public SqliteSession(string file, SqliteOpenMode mode)
    {
        // A pool would keep the file open, and with it the WAL, after this session has ended.
        var settings = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false };
        _connection = new SqliteConnection(settings.ConnectionString);
        _connection.Open();
        _ = SQLitePCL.raw.sqlite3_busy_timeout(_connection.Handle, BusyMilliseconds);
    }

    /// <summary>Whether an error has already ended the transaction that was open.</summary>
    public bool IsOutsideTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) != 0;

    /// <summary>Runs a statement; values are <c>$1</c>, <c>$2</c>, …</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Statement(sql).Execute(values);

    /// <summary>Runs a script that is used once.</summary>
    public void ExecuteScript(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public bool Exists(string sql, params ReadOnlySpan<object?> values) => Statement(sql).ReadNumbers(values) is not null;

    /// <summary>The whole numbers in the first row of a statement; null: it has no row.</summary>
    public long[]? ReadNumbers(string sql, params ReadOnlySpan<object?> values) => Statement(sql).ReadNumbers(values);

    public List<T> Read<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs a statement once for each set of values, which takes microseconds because there is no round trip.</summary>
    public List<T> ReadEach<T>(string sql, Func<SqliteDataReader, T> read, IEnumerable<object?[]> each) =>
        [.. each.SelectMany(values => Read(sql, read, values))];

    /// <summary>Rows one by one, for what is too many to hold; the same statement is not run again before the reader is disposed.</summary>
    public SqliteDataReader Open(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteReader();

    public void Dispose()
    {
        foreach (var statement in _commands.Values.Concat<IDisposable>(_statements.Values))
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new SqliteStatement(_connection.Handle!, sql));
        }

        return statement;
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            }

            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
