using System.Globalization;
using System.Runtime.InteropServices;
using StackExchange.Redis;

namespace Soma.Bench.Peers;

/// <summary>A vector set of Redis 8 (HNSW over int8 numbers: its defaults). Whether what it stores is durable is up to the server's settings.</summary>
internal sealed class RedisVectorPeer(string address) : IVectorPeer
{
    private const string Key = "soma-bench-peer";

    public string Name => "Redis vector set";

    public async Task FillAsync(IReadOnlyList<float[]> vectors)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(address);
        var database = redis.GetDatabase();
        await database.KeyDeleteAsync(Key);
        foreach (var chunk in vectors.Index().Chunk(500))
        {
            await Task.WhenAll(chunk.Select(vector => AddAsync(database, vector.Index, vector.Item)));
        }
    }

    public async Task<IVectorPeerConnection> ConnectAsync() => new Connection(await ConnectionMultiplexer.ConnectAsync(address));

    /// <summary>Leaves nothing in the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(address);
        await redis.GetDatabase().KeyDeleteAsync(Key);
    }

    private static Task<RedisResult> AddAsync(IDatabase database, int number, float[] vector, string? memory = null)
    {
        var arguments = new List<object> { Key, "FP32", BytesOf(vector), number.ToString(CultureInfo.InvariantCulture) };
        if (memory is not null)
        {
            arguments.AddRange(["SETATTR", memory]);
        }

        return database.ExecuteAsync("VADD", arguments);
    }

    private static byte[] BytesOf(float[] vector) => MemoryMarshal.AsBytes(vector.AsSpan()).ToArray();

    private sealed class Connection(ConnectionMultiplexer redis) : IVectorPeerConnection
    {
        private readonly IDatabase _database = redis.GetDatabase();

        public async Task<IReadOnlyList<int>> SearchAsync(float[] query, int count)
        {
            var found = (RedisResult[])(await _database.ExecuteAsync("VSIM", Key, "FP32", BytesOf(query), "COUNT", count))!;
            return [.. found.Select(member => int.Parse((string)member!, CultureInfo.InvariantCulture))];
        }

        public async Task StoreAsync(int number, float[] vector, string memory) => await AddAsync(_database, number, vector, memory);

        public ValueTask DisposeAsync() => redis.DisposeAsync();
    }
}
