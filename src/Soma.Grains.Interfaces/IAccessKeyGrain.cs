namespace Soma.Grains.Interfaces;

/// <summary>
/// One access key. Its grain key is <see cref="AccessKey.ToGrainKey"/>. Any silo answers, and every call reads the stored key anew, so
/// no silo can answer from a state that is older than the call.
/// </summary>
[Alias("soma.IAccessKeyGrain")]
public interface IAccessKeyGrain : IGrainWithStringKey
{
    /// <summary>Finds the key that a token is of.</summary>
    /// <param name="hash">The SHA-256 of the whole token.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null: there is no such key, or the token is not one of it, or it is revoked, or its time is over.</returns>
    [Alias("Validate")]
    Task<ValidKey?> ValidateAsync(byte[] hash, CancellationToken cancellationToken = default);

    /// <summary>The same, by way of another silo than the call before, which may have been frozen.</summary>
    [AnyGateway, Alias("ValidateElsewhere")]
    Task<ValidKey?> ValidateElsewhereAsync(byte[] hash, CancellationToken cancellationToken = default);

    /// <summary>Makes the key. True: it is stored. False: another key has this id.</summary>
    [Alias("Create")]
    Task<bool> CreateAsync(AccessKey key, byte[] hash);

    /// <summary>Null: there is no such key, or it is revoked.</summary>
    [Alias("Get")]
    Task<ListedKey?> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives the key another token. The one before works for the overlap; an older one no longer works.</summary>
    /// <returns>The key as it is stored now; null: there is no such key, or it is revoked.</returns>
    [Alias("Rotate")]
    Task<AccessKey?> RotateAsync(byte[] hash, TimeSpan overlap);

    /// <summary>Ends the key for ever. True: that is stored. False: there is no such key.</summary>
    [Alias("Revoke")]
    Task<bool> RevokeAsync();

    /// <summary>Adds what a gateway counted to the stored usage.</summary>
    [Alias("AddUsage")]
    Task AddUsageAsync(KeyUsage usage);
}

/// <summary>A sorted set of names: the ids of a tenant's access keys, or the tenants that have access keys. Grain storage cannot list them.</summary>
[Alias("soma.IAccessKeyIndexGrain")]
public interface IAccessKeyIndexGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task AddAsync(string name);

    /// <summary>Removes names, but none that was added within the last hour: what it names may be about to be stored.</summary>
    [Alias("Forget")]
    Task ForgetAsync(string[] names);

    [Alias("Remove")]
    Task RemoveAsync(string name);

    /// <summary>The first names after one, in the order of their bytes.</summary>
    [Alias("List")]
    Task<string[]> ListAsync(string? after, int limit);
}
