using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Soma.Bench.Load;
using Soma.Grains.Storage.Postgres;

namespace Soma.Bench.Ceilings;

/// <summary>
/// <c>bench postgres-ceiling</c>: how many rows of 300 bytes a Postgres server makes durable in a second, in statements of 64 and of 256
/// rows one after the other. A store into one namespace is such a row among others of a batch, so it cannot be faster.
/// </summary>
public static class PostgresCeilingCommand
{
    private const string Insert = "INSERT INTO soma_bench_ceiling SELECT * FROM unnest($1::bigint[], $2::bytea[])";

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        if (arguments.Text("--postgres") is not { } url)
        {
            await Console.Error.WriteLineAsync("bench postgres-ceiling: needs --postgres <url>.");
            return 2;
        }

        var time = TimeSpan.FromSeconds(arguments.Number("--seconds", 3, 60));
        await using var source = NpgsqlDataSource.Create(PostgresUrl.ToConnectionString(url));
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, "CREATE TABLE soma_bench_ceiling (seq bigint PRIMARY KEY, body bytea NOT NULL)");
        try
        {
            var seq = 0L;
            foreach (var rows in new[] { 64, 256 })
            {
                var bodies = Enumerable.Range(0, rows).Select(n => RandomBytes(n, 300)).ToArray();
                var (before, started) = (seq, Stopwatch.GetTimestamp());
                while (Stopwatch.GetElapsedTime(started) < time)
                {
                    await using var command = new NpgsqlCommand(Insert, connection);
                    command.Parameters.Add(new() { Value = Enumerable.Range(0, rows).Select(_ => ++seq).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
                    command.Parameters.Add(new() { Value = bodies, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
                    await command.ExecuteNonQueryAsync();
                }

                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"unnest of {rows,3} rows  {(seq - before) / Stopwatch.GetElapsedTime(started).TotalSeconds,8:F0} rows/s"));
            }
        }
        finally
        {
            await ExecuteAsync(connection, "DROP TABLE soma_bench_ceiling");
        }

        return 0;
    }

    private static byte[] RandomBytes(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
