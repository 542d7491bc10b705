using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Soma.Client;

/// <summary>One namespace of a Soma service. Calls may run at once; what they take and give is what the HTTP API takes and gives.</summary>
public sealed partial class SomaClient : IDisposable
{
    // The service takes at most 1,000 memories and, unless it is set otherwise, 5 MB in one request.
    private const int BatchItems = 1000;
    private const int BatchBytes = 4_000_000;

    private readonly Caller _caller;
    private readonly bool _ownsHttp;

    /// <param name="options">Which service, and how it is called; what is left out comes from the environment.</param>
    /// <param name="http">Sends the requests, and is not disposed of. Its own timeout counts too. Default: a client of this object's own.</param>
    public SomaClient(SomaClientOptions? options = null, HttpClient? http = null)
        : this(new Caller((options ?? new SomaClientOptions()).Resolved(), http ?? NewHttp()), http is null)
    {
    }

    private SomaClient(Caller caller, bool ownsHttp)
    {
        (_caller, _ownsHttp) = (caller, ownsHttp);
        Namespaces = new SomaNamespaces(caller);
        Keys = new SomaKeys(caller);
    }

    /// <summary>What is done with whole namespaces. It needs the root token, or a key with the scope <c>admin</c>.</summary>
    public SomaNamespaces Namespaces { get; }

    /// <summary>Access keys. It needs the root token, or a key with the scope <c>admin</c>.</summary>
    public SomaKeys Keys { get; }

    /// <summary>The name of the namespace; null: the service's default.</summary>
    public string? Namespace => _caller.Options.Namespace;

    /// <summary>The same service and options, in another namespace. It shares this client's connections, and needs no disposal.</summary>
    public SomaClient Within(string name, string? tenant = null) =>
        new(new Caller(_caller.Options with { Namespace = name, Tenant = tenant ?? _caller.Options.Tenant }, _caller.Http), ownsHttp: false);

    /// <summary>Stores a memory; a text alone becomes the payload <c>{"text": …}</c>. The same key again replaces the memory.</summary>
    public Task<Stored> StoreAsync(StoreMemory memory, ConditionalOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Post, "/memories", Json.Bytes(memory, Json.Wire.StoreMemory), Json.Wire.Stored, options, cancellationToken);

    /// <summary>Stores up to 1,000 memories, all or none.</summary>
    public Task<StoredBatch> BatchAsync(IReadOnlyList<StoreMemory> items, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(
            HttpMethod.Post, "/memories/batch", Json.Bytes(new StoreBatch { Items = items }, Json.Wire.StoreBatch), Json.Wire.StoredBatch, options, cancellationToken);

    /// <summary>
    /// Stores any number of memories, in batches that are each stored whole or not at all. If it fails, run it again with the same items and the
    /// same <see cref="WriteOptions.IdempotencyKey"/>: what was stored is not stored twice.
    /// </summary>
    public async Task<IReadOnlyList<Stored>> StoreManyAsync(
        IAsyncEnumerable<StoreMemory> items, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        var whole = options ?? new WriteOptions();
        var key = whole.IdempotencyKey ?? Caller.RandomKey();
        List<Stored> stored = [];
        var number = 0;
        await foreach (var batch in BatchesAsync(items, cancellationToken))
        {
            stored.AddRange((await BatchAsync(batch, whole with { IdempotencyKey = $"{key}:{number++}" }, cancellationToken)).Results);
        }

        return stored;
    }

    /// <inheritdoc cref="StoreManyAsync(IAsyncEnumerable{StoreMemory}, WriteOptions?, CancellationToken)"/>
    public Task<IReadOnlyList<Stored>> StoreManyAsync(
        IEnumerable<StoreMemory> items, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        StoreManyAsync(items.ToAsyncEnumerable(), options, cancellationToken);

    /// <exception cref="SomaNotFoundException">There is no such memory.</exception>
    public async Task<Memory> GetAsync(MemoryKey key, Moment? asOf = null, ReadOptions? options = null, CancellationToken cancellationToken = default) =>
        (await ReadAsync(key.Path, new() { ["as_of"] = asOf?.ToString() }, Json.Wire.OneMemory, options, cancellationToken)).Memory;

    /// <summary>As <see cref="GetAsync"/>, but null if there is no such memory.</summary>
    public async Task<Memory?> FindAsync(MemoryKey key, Moment? asOf = null, ReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(key, asOf, options, cancellationToken);
        }
        catch (SomaNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The payload is a merge patch (RFC 7396); the other fields replace.</summary>
    public Task<Stored> PatchAsync(MemoryKey key, PatchMemory patch, ConditionalOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Patch, key.Path, Json.Bytes(patch, Json.Wire.PatchMemory), Json.Wire.Stored, options, cancellationToken);

    /// <summary>Deletes a memory and its links. <paramref name="purge"/> also deletes the content of its history.</summary>
    public Task<DeletedMemory> DeleteAsync(
        MemoryKey key, bool purge = false, ConditionalOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Delete, key.Path) { Query = purge ? new() { ["purge"] = "true" } : null, IsWrite = true },
            Json.Wire.DeletedMemory, options, cancellationToken);

    /// <summary>Deletes what the filter or the keys name. <see cref="DeleteMemories.DryRun"/> only counts.</summary>
    public Task<DeletedCount> DeleteManyAsync(DeleteMemories which, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Post, "/memories/delete", Json.Bytes(which, Json.Wire.DeleteMemories), Json.Wire.DeletedCount, options, cancellationToken);

    /// <summary>Stores the content of an earlier version again, as the next one.</summary>
    public Task<Stored> RevertAsync(MemoryKey key, RevertMemory to, ConditionalOptions? options = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Post, $"{key.Path}/revert", Json.Bytes(to, Json.Wire.RevertMemory), Json.Wire.Stored, options, cancellationToken);

    /// <summary>Stores a link; the same ends and type again replace it. <paramref name="type"/> is <c>related</c> if it is left out.</summary>
    public Task<StoredLink> LinkAsync(
        MemoryKey from, MemoryKey to, string? type = null, double? strength = null, JsonObject? metadata = null, WriteOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var link = new StoreLink { FromCoord = from.Text, ToCoord = to.Text, LinkType = type, Strength = strength, Metadata = metadata };
        return WriteAsync(HttpMethod.Post, "/graph/link", Json.Bytes(link, Json.Wire.StoreLink), Json.Wire.StoredLink, options, cancellationToken);
    }

    /// <inheritdoc cref="LinkAsync"/>
    public Task<DeletedLink> UnlinkAsync(
        MemoryKey from, MemoryKey to, string? type = null, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        _caller.JsonAsync(
            new Call(HttpMethod.Delete, "/graph/link") { Query = new() { ["from_coord"] = from.Text, ["to_coord"] = to.Text, ["link_type"] = type }, IsWrite = true },
            Json.Wire.DeletedLink, options, cancellationToken);

    /// <summary>Closes the connections, if they are this client's own.</summary>
    public void Dispose()
    {
        if (_ownsHttp)
        {
            _caller.Http.Dispose();
        }
    }

    // Deadlines are the calls' own. Connections are renewed, so that a service that moved is found again.
    private static HttpClient NewHttp() =>
        new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout.InfiniteTimeSpan };

    private Task<T> ReadAsync<T>(string path, JsonObject? query, JsonTypeInfo<T> type, CallOptions? options, CancellationToken cancellationToken) =>
        _caller.JsonAsync(new Call(HttpMethod.Get, path) { Query = query }, type, options, cancellationToken);

    private Task<T> WriteAsync<T>(
        HttpMethod method, string path, byte[] body, JsonTypeInfo<T> type, CallOptions? options, CancellationToken cancellationToken) =>
        _caller.JsonAsync(new Call(method, path) { Body = body, IsWrite = true }, type, options, cancellationToken);

    /// <summary>Cuts items into batches by count and size. The cuts depend on the items alone, so a second run makes the same batches.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<StoreMemory>> BatchesAsync(
        IAsyncEnumerable<StoreMemory> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<StoreMemory> batch = [];
        var bytes = 0;
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            var size = Json.Bytes(item, Json.Wire.StoreMemory).Length;
            if (batch.Count > 0 && (batch.Count == BatchItems || bytes + size > BatchBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(item);
            bytes += size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
