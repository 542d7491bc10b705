namespace Soma.Gateway.Sending;

/// <summary>The gateway's only way to the namespaces.</summary>
/// <remarks>
/// Every write carries a key, the client's or one that the gateway made; <see cref="HedgedCall{TReply}"/> says what sending again
/// makes of it. A write takes no token: a client that hangs up does not undo what it asked for.
/// </remarks>
internal sealed class NamespaceClient(IGrainFactory grains, Sender sender)
{
    public Task<WriteReply> WriteAsync(NamespaceKey key, WriteCommand command) => sender.SendAsync(
        new Operation<WriteReply>
        {
            Send = attempt => Grain(key).WriteAsync(attempt.Number == 1
                ? command
                : command with { Key = Repeated(command.Key, attempt.Number), Patience = attempt.Patience }),
            IsWrite = true,
            SpeaksForAll = reply => Refusals.SpeakForAll(command, reply),
        },
        CancellationToken.None);

    public Task<DeleteManyReply> DeleteManyAsync(NamespaceKey key, DeleteMany request) => sender.SendAsync(
        new Operation<DeleteManyReply>
        {
            Send = attempt => Grain(key).DeleteManyAsync(attempt.Number == 1
                ? request
                : request with { Key = Repeated(request.Key, attempt.Number), Patience = attempt.Patience }),
            IsWrite = true,
        },
        CancellationToken.None);

    public Task<GetMemoryReply> GetAsync(NamespaceKey key, GetMemory query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).GetAsync(query with { Patience = attempt.Patience }, attempt.Cancellation), cancellationToken);

    public Task<ListReply> ListAsync(NamespaceKey key, ListMemories query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).ListAsync(query with { Patience = attempt.Patience }, attempt.Cancellation), cancellationToken);

    public Task<SearchReply> SearchAsync(NamespaceKey key, SearchMemories query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).SearchAsync(query with { Patience = attempt.Patience }, attempt.Cancellation), cancellationToken);

    public Task<NeighborsReply> GetNeighborsAsync(NamespaceKey key, GetNeighbors query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).GetNeighborsAsync(query with { Patience = attempt.Patience }, attempt.Cancellation), cancellationToken);

    public Task<PathReply> FindPathAsync(NamespaceKey key, FindPath query, CancellationToken cancellationToken) => ReadAsync(
        attempt => Grain(key).FindPathAsync(query with { Patience = attempt.Patience }, attempt.Cancellation), cancellationToken);

    public Task<NamespaceSettings> GetSettingsAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        ReadAsync(attempt => Grain(key).GetSettingsAsync(attempt.Cancellation), cancellationToken);

    /// <summary>Setting the same twice is setting it once, so it needs no key.</summary>
    public Task SetSettingsAsync(NamespaceKey key, NamespaceSettings settings) => sender.SendAsync(
        new Operation<bool>
        {
            Send = async attempt =>
            {
                await Grain(key).SetSettingsAsync(settings);
                return true;
            },
            IsWrite = true,
        },
        CancellationToken.None);

    /// <summary>Making derived data anew twice is making it once.</summary>
    public Task<bool> ReindexAsync(NamespaceKey key, CancellationToken cancellationToken) =>
        ReadAsync(attempt => Grain(key).ReindexAsync(attempt.Cancellation), cancellationToken);

    private Task<TReply> ReadAsync<TReply>(Func<Attempt, Task<TReply>> send, CancellationToken cancellationToken) =>
        sender.SendAsync(new Operation<TReply> { Send = send }, cancellationToken);

    private INamespaceGrain Grain(NamespaceKey key) => grains.GetGrain<INamespaceGrain>(key.ToGrainKey());

    private static IdempotencyKey? Repeated(IdempotencyKey? key, int attempt) => key is null ? null : key with { Attempt = attempt };
}
