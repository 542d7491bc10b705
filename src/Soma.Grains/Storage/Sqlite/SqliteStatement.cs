using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>
/// A prepared statement, run without the command, parameter and reader objects of ADO.NET. A commit runs several statements for each of
/// its rows, and those objects took more time than SQLite itself.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int LongestTextOnStack = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    // SQLite numbers parameters in the order in which they occur. Here lies the number of $1, then that of $2, …
    private readonly int[] _places;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _places = new int[raw.sqlite3_bind_parameter_count(_statement)];
        for (var place = 1; place <= _places.Length; place++)
        {
            var name = raw.sqlite3_bind_parameter_name(_statement, place).utf8_to_string();
            _places[int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture) - 1] = place;
        }
    }

    /// <summary>Runs the statement to its end; values are <c>$1</c>, <c>$2</c>, …</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(ReadOnlySpan<object?> values)
    {
        try
        {
            Bind(values);
            while (Step())
            {
            }

            return raw.sqlite3_changes(_database);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs the statement to its end and gives the whole numbers of its first row; null: it has no row. A null in the row is 0.</summary>
    public long[]? ReadNumbers(ReadOnlySpan<object?> values)
    {
        try
        {
            Bind(values);
            if (!Step())
            {
                return null;
            }

            var numbers = new long[raw.sqlite3_column_count(_statement)];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = raw.sqlite3_column_int64(_statement, i);
            }

            while (Step())
            {
            }

            return numbers;
        }
        finally
        {
            Reset();
        }
    }

    public void Dispose() => _statement.Dispose();

    private bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        SqliteException.ThrowExceptionForRC(result, _database);
        return false;
    }

    // Without this, the statement would keep its transaction open, and copies of the last values in memory.
    private void Reset()
    {
        _ = raw.sqlite3_reset(_statement);
        _ = raw.sqlite3_clear_bindings(_statement);
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(_places[i], values[i]));
        }
    }

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, place),
        long whole => raw.sqlite3_bind_int64(_statement, place, whole),
        int whole => raw.sqlite3_bind_int64(_statement, place, whole),
        bool flag => raw.sqlite3_bind_int64(_statement, place, flag ? 1 : 0),
        double real => raw.sqlite3_bind_double(_statement, place, real),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        string text => BindText(place, text),
        _ => throw new ArgumentException($"A {value.GetType().Name} has no stored form.", nameof(value)),
    };

    private int BindText(int place, string text)
    {
        if (text.Length == 0 || text.Length > LongestTextOnStack / 3)
        {
            return raw.sqlite3_bind_text(_statement, place, text);
        }

        Span<byte> bytes = stackalloc byte[LongestTextOnStack];
        return raw.sqlite3_bind_text(_statement, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
