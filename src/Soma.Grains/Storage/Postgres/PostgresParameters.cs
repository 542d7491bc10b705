using Npgsql;
using NpgsqlTypes;

namespace Soma.Grains.Storage.Postgres;

/// <summary>Positional parameters with their types said, so that an empty array or a null needs no guessing.</summary>
internal static class PostgresParameters
{
    public static NpgsqlParameter Of(long value) => new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = value };

    public static NpgsqlParameter Of(int? value) => new() { NpgsqlDbType = NpgsqlDbType.Integer, Value = (object?)value ?? DBNull.Value };

    public static NpgsqlParameter Of(double? value) => new() { NpgsqlDbType = NpgsqlDbType.Double, Value = (object?)value ?? DBNull.Value };

    public static NpgsqlParameter Of(bool value) => new() { NpgsqlDbType = NpgsqlDbType.Boolean, Value = value };

    public static NpgsqlParameter Of(string value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = value };

    public static NpgsqlParameter OfText(string? value) => new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };

    public static NpgsqlParameter Of(byte[]? value) => new() { NpgsqlDbType = NpgsqlDbType.Bytea, Value = (object?)value ?? DBNull.Value };

    public static NpgsqlParameter Of(string?[] values) => Array(NpgsqlDbType.Text, values);

    public static NpgsqlParameter Of(byte[]?[] values) => Array(NpgsqlDbType.Bytea, values);

    public static NpgsqlParameter Of(long[] values) => Array(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameter Of(long?[] values) => Array(NpgsqlDbType.Bigint, values);

    public static NpgsqlParameter Of(int[] values) => Array(NpgsqlDbType.Integer, values);

    public static NpgsqlParameter Of(short[] values) => Array(NpgsqlDbType.Smallint, values);

    public static NpgsqlParameter Of(bool[] values) => Array(NpgsqlDbType.Boolean, values);

    public static NpgsqlParameter Of(double[] values) => Array(NpgsqlDbType.Double, values);

    private static NpgsqlParameter Array(NpgsqlDbType element, Array values) => new() { NpgsqlDbType = NpgsqlDbType.Array | element, Value = values };
}
