namespace Soma.Gateway.Sending;

/// <summary>The gateway's only way to the stored access keys.</summary>
/// <remarks>Every change can be sent again: a key that is made or rotated is told by the hash of its token, and revoking twice is revoking once.</remarks>
internal sealed class AccessKeyClient(IGrainFactory grains, NamespaceClient client, Backoff backoff, TimeProvider clock)
{
    private const int IdsAtOnce = 200;
    private const int TenantsAtOnce = 1_000;

    // An answer must arrive well within the time for which it may be kept.
    private static readonly SendingLimits Question = new() { Timeout = AccessKeyCheck.KeptTime * 0.8, AttemptLimit = TimeSpan.FromMilliseconds(700) };

    /// <summary>Asks whether a token is one of a key; null: it is not.</summary>
    public Task<ValidKey?> ValidateAsync(AccessKeyToken token)
    {
        var (check, hash) = (grains.GetGrain<IAccessKeyCheckGrain>(0), token.Hash.ToBytes());
        // Later attempts go by way of another silo, because the one on the way of the first may be frozen.
        var operation = new Operation<ValidKey?>
        {
            Send = attempt => attempt.Number == 1
                ? check.ValidateAsync(token.Id, hash, attempt.Cancellation)
                : check.ValidateElsewhereAsync(token.Id, hash, attempt.Cancellation),
        };
        return new HedgedCall<ValidKey?>(operation, Question, backoff, static _ => true, clock).RunAsync(CancellationToken.None);
    }

    /// <summary>Makes a key under an id of its own.</summary>
    public async Task<(string Token, AccessKey Key)> CreateAsync(AccessKey key)
    {
        while (true)
        {
            var token = AccessKeyToken.Create(null, out var text);
            var made = key with { Id = token.Id };
            if (await WriteAsync(() => Key(made.Id).CreateAsync(made, token.Hash.ToBytes())))
            {
                return (text, made);
            }
        }
    }

    /// <returns>Null: there is no such key any more.</returns>
    public Task<AccessKey?> RotateAsync(AccessKeyToken token, TimeSpan overlap) =>
        WriteAsync(() => Key(token.Id).RotateAsync(token.Hash.ToBytes(), overlap));

    public Task<bool> RevokeAsync(string id) => WriteAsync(() => Key(id).RevokeAsync());

    public Task<ListedKey?> GetAsync(string id, CancellationToken cancellationToken) => ReadAsync(token => Key(id).GetAsync(token), cancellationToken);

    /// <summary>Not sent again: a second attempt would count twice what the first one counted.</summary>
    public Task AddUsageAsync(string id, KeyUsage usage) => Key(id).AddUsageAsync(usage);

    /// <summary>Lists keys by tenant and id.</summary>
    /// <param name="tenant">The tenant; null: all of them.</param>
    /// <param name="after">The place of the last key of the page before.</param>
    /// <param name="isShown">Which keys are listed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<ListedKey> ListAsync(
        string? tenant, (string Tenant, string Id)? after, Func<AccessKey, bool> isShown,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var name in TenantsAsync(tenant, after?.Tenant, cancellationToken))
        {
            var index = grains.GetGrain<IAccessKeyIndexGrain>(AccessKeyIndex.Of(name));
            var last = name == after?.Tenant ? after?.Id : null;
            while (await ReadAsync(token => index.ListAsync(last, IdsAtOnce, token), cancellationToken) is { Length: > 0 } ids)
            {
                var keys = await Task.WhenAll(ids.Select(id => GetAsync(id, cancellationToken)));
                foreach (var key in keys)
                {
                    if (key is not null && isShown(key.Key))
                    {
                        yield return key;
                    }
                }

                if (ids.Where((_, i) => keys[i] is null).ToArray() is { Length: > 0 } gone)
                {
                    await index.ForgetAsync(gone, cancellationToken);
                }

                last = ids[^1];
            }
        }
    }

    private async IAsyncEnumerable<string> TenantsAsync(
        string? only, string? from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if ((only ?? from) is { } first)
        {
            yield return first;
        }

        var index = grains.GetGrain<IAccessKeyIndexGrain>(AccessKeyIndex.Tenants);
        while (only is null && await ReadAsync(token => index.ListAsync(from, TenantsAtOnce, token), cancellationToken) is { Length: > 0 } names)
        {
            foreach (var name in names)
            {
                yield return name;
            }

            from = names[^1];
        }
    }

    private IAccessKeyGrain Key(string id) => grains.GetGrain<IAccessKeyGrain>(AccessKey.ToGrainKey(id));

    private Task<T> WriteAsync<T>(Func<Task<T>> send) =>
        client.SendAsync(new Operation<T> { Send = _ => send(), IsWrite = true }, CancellationToken.None);

    private Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken) =>
        client.SendAsync(new Operation<T> { Send = attempt => send(attempt.Cancellation) }, cancellationToken);
}
