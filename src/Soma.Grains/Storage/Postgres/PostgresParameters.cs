using Npgsql;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Positional parameters with their types said, so that an empty array or a null needs no guessing.</summary>
internal static class PostgresParameters
{
    public static NpgsqlParameter Of<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };
}
