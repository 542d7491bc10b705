using Npgsql;
using NpgsqlTypes;
using Soma.Grains.Storage.Postgres;

namespace Soma.Bench.Peers;

/// <summary>pgvector: a table with an HNSW index (m 16, ef_construction 64, ef_search 40: its defaults) in a Postgres server that has the extension.</summary>
internal sealed class PgVectorPeer(string url) : IVectorPeer
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(PostgresUrl.ToConnectionString(url));

    public string Name => "pgvector, HNSW";

    public async Task FillAsync(IReadOnlyList<float[]> vectors)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await ExecuteAsync(connection, "CREATE EXTENSION IF NOT EXISTS vector");
        await ExecuteAsync(connection, "DROP TABLE IF EXISTS soma_bench_peer");
        await ExecuteAsync(connection, $"CREATE TABLE soma_bench_peer (id bigint PRIMARY KEY, body text NOT NULL, embedding vector({vectors[0].Length}) NOT NULL)");
        foreach (var chunk in vectors.Index().Chunk(500))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var (number, vector) in chunk)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO soma_bench_peer VALUES ($1, '', $2::real[]::vector)")
                {
                    Parameters = { new() { Value = (long)number }, VectorParameter(vector) },
                });
            }

            await batch.ExecuteNonQueryAsync();
        }

        await ExecuteAsync(connection, "CREATE INDEX ON soma_bench_peer USING hnsw (embedding vector_cosine_ops)");
        await ExecuteAsync(connection, "VACUUM ANALYZE soma_bench_peer");
    }

    public async Task<IVectorPeerConnection> ConnectAsync()
    {
        var connection = await _source.OpenConnectionAsync();
        var search = new NpgsqlCommand("SELECT id FROM soma_bench_peer ORDER BY embedding <=> $1::real[]::vector LIMIT $2", connection)
        {
            Parameters = { VectorParameter([]), new() { NpgsqlDbType = NpgsqlDbType.Integer } },
        };
        var store = new NpgsqlCommand(
            "INSERT INTO soma_bench_peer VALUES ($1, $2, $3::real[]::vector) ON CONFLICT (id) DO UPDATE SET body = excluded.body, embedding = excluded.embedding", connection)
        {
            Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Bigint }, new() { NpgsqlDbType = NpgsqlDbType.Text }, VectorParameter([]) },
        };
        await search.PrepareAsync();
        await store.PrepareAsync();
        return new Connection(connection, search, store);
    }

    /// <summary>Leaves nothing in the database but the extension.</summary>
    public async ValueTask DisposeAsync()
    {
        await using (var connection = await _source.OpenConnectionAsync())
        {
            await ExecuteAsync(connection, "DROP TABLE IF EXISTS soma_bench_peer");
        }

        await _source.DisposeAsync();
    }

    private static NpgsqlParameter VectorParameter(float[] vector) => new() { Value = vector, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Real };

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }

    private sealed class Connection(NpgsqlConnection connection, NpgsqlCommand search, NpgsqlCommand store) : IVectorPeerConnection
    {
        public async Task<IReadOnlyList<int>> SearchAsync(float[] query, int count)
        {
            (search.Parameters[0].Value, search.Parameters[1].Value) = (query, count);
            await using var reader = await search.ExecuteReaderAsync();
            var found = new List<int>(count);
            while (await reader.ReadAsync())
            {
                found.Add((int)reader.GetInt64(0));
            }

            return found;
        }

        public async Task StoreAsync(int number, float[] vector, string memory)
        {
            (store.Parameters[0].Value, store.Parameters[1].Value, store.Parameters[2].Value) = ((long)number, memory, vector);
            await store.ExecuteNonQueryAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await search.DisposeAsync();
            await store.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
