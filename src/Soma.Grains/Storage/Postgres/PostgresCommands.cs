using System.Data.Common;
using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Runs commands with positional parameters.</summary>
internal static class PostgresCommands
{
    /// <summary>A parameter with its type said, so that an empty array or a null needs no guessing.</summary>
    public static NpgsqlParameter Of<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    public static async Task<NpgsqlConnection> OpenAsync(this DbDataSource connections, CancellationToken cancellationToken) =>
        (NpgsqlConnection)await connections.OpenConnectionAsync(cancellationToken);

    public static async Task<List<T>> ReadRowsAsync<T>(
        this NpgsqlCommand command, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <returns>How many rows it changed.</returns>
    public static Task<int> ExecuteAsync(this NpgsqlCommand command, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        command.Parameters.AddRange(parameters);
        return command.ExecuteNonQueryAsync(cancellationToken);
    }
}
