namespace Soma.Grains.Interfaces;

/// <summary>
/// Finds the access key that a token is of. Any silo answers, and every call reads the stored key anew, so no answer can be older than its
/// question. A stateless worker with key 0, so that ids that somebody made up leave nothing in memory.
/// </summary>
[Alias("soma.IAccessKeyCheckGrain")]
public interface IAccessKeyCheckGrain : IGrainWithIntegerKey
{
    /// <param name="id">The id in the token.</param>
    /// <param name="hash">The SHA-256 of the whole token.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: there is no such key, or the token is not one of it, or it is revoked, or its time is over.</returns>
    [Alias("Validate")]
    Task<ValidKey?> ValidateAsync(string id, byte[] hash, CancellationToken cancellationToken = default);

    /// <summary>The same, by way of another silo than the call before, which may have been frozen.</summary>
    [AnyGateway, Alias("ValidateElsewhere")]
    Task<ValidKey?> ValidateElsewhereAsync(string id, byte[] hash, CancellationToken cancellationToken = default);
}

/// <summary>One access key. Its grain key is <see cref="AccessKey.ToGrainKey"/>. Every call reads the stored key anew.</summary>
[Alias("soma.IAccessKeyGrain")]
public interface IAccessKeyGrain : IGrainWithStringKey
{
    /// <summary>Makes the key. True: it is stored. False: another key has this id.</summary>
    [Alias("Create")]
    Task<bool> CreateAsync(AccessKey key, byte[] hash, CancellationToken cancellationToken = default);

    /// <summary>Null: there is no such key, or it is revoked.</summary>
    [Alias("Get")]
    Task<ListedKey?> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives the key another token. The one before works for the overlap; an older one no longer works.</summary>
    /// <returns>The key as it is stored now; null: there is no such key, or it is revoked.</returns>
    [Alias("Rotate")]
    Task<AccessKey?> RotateAsync(byte[] hash, TimeSpan overlap, CancellationToken cancellationToken = default);

    /// <summary>Ends the key for ever. True: that is stored. False: there is no such key.</summary>
    [Alias("Revoke")]
    Task<bool> RevokeAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds what a gateway counted to the stored usage.</summary>
    [Alias("AddUsage")]
    Task AddUsageAsync(KeyUsage usage, CancellationToken cancellationToken = default);
}

/// <summary>A sorted set of names: the ids of a tenant's access keys, or the tenants that have access keys. Grain storage cannot list them.</summary>
[Alias("soma.IAccessKeyIndexGrain")]
public interface IAccessKeyIndexGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task AddAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Removes names, but none that was added within the last hour: what it names may be about to be stored.</summary>
    [Alias("Forget")]
    Task ForgetAsync(string[] names, CancellationToken cancellationToken = default);

    [Alias("Remove")]
    Task RemoveAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The first names after one, in the order of their bytes.</summary>
    [Alias("List")]
    Task<string[]> ListAsync(string? after, int limit, CancellationToken cancellationToken = default);
}
