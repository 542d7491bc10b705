using Amazon.Runtime;

namespace Soma.Archives.Objects;

/// <summary>Writes objects encrypted if there is a key, and reads them only as they were written: the hash first, then the key.</summary>
internal sealed class ObjectVault(IObjectStore store, KeyRing keys, DateTimeOffset? lockedUntil = null)
{
    public IObjectStore Store => store;

    public KeyRing Keys => keys;

    /// <summary>Writes an object under the hash of its stored bytes.</summary>
    public Task<ObjectRef> PutAsync(Stream content, CancellationToken cancellationToken) => PutAsync(null, content, cancellationToken);

    /// <summary>Writes an object under a name.</summary>
    /// <returns>The SHA-256 and the number of its stored bytes.</returns>
    public async Task<ObjectRef> PutAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        using var plain = new MemoryStream(content);
        return await PutAsync(name, plain, cancellationToken);
    }

    /// <summary>Writes an object that anybody may read, such as the hash of a manifest.</summary>
    public async Task PutPlainAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        using var plain = new MemoryStream(content);
        await store.PutAsync(name, plain, lockedUntil, cancellationToken);
    }

    /// <summary>Reads a whole object to a temporary file, checks it, and decrypts it.</summary>
    /// <param name="name">The object.</param>
    /// <param name="sha256">What its stored bytes must be; null: it is not known, and the key alone shows that it is whole.</param>
    /// <param name="what">What the object is, in messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StartupException">The object is missing or altered, or its key is not there. The message names it.</exception>
    public async Task<Stream> FetchAsync(string name, string? sha256, string what, CancellationToken cancellationToken)
    {
        var stored = TempFiles.Create();
        try
        {
            await using (var from = await store.OpenAsync(name, cancellationToken) ?? throw Refuse(name, what, "is missing"))
            {
                await CopyAsync(from, stored, name, what, cancellationToken);
            }

            if (sha256 is not null && await HashAsync(stored, cancellationToken) != sha256)
            {
                throw Refuse(name, what, "is cut off or altered");
            }

            stored.Position = 0;
            return await OpenSealedAsync(stored, name, what, cancellationToken);
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
    }

    public async Task<byte[]?> ReadPlainAsync(string name, CancellationToken cancellationToken)
    {
        await using var from = await store.OpenAsync(name, cancellationToken);
        if (from is null)
        {
            return null;
        }

        using var memory = new MemoryStream();
        await CopyAsync(from, memory, name, "read as it is stored", cancellationToken);
        return memory.ToArray();
    }

    private StartupException Refuse(string name, string what, string why) => ArchiveProcess.Refuse($"{store.Name}: {name} ({what}) {why}.");

    private async Task CopyAsync(Stream from, Stream to, string name, string what, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
        }
        catch (AmazonClientException)
        {
            // The SDK compares what it reads with the hash that the server says.
            throw Refuse(name, what, "is cut off or altered");
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new ObjectStoreException($"{store.Name}: {name}: {failure.Message}", failure);
        }
    }

    private async Task<ObjectRef> PutAsync(string? name, Stream content, CancellationToken cancellationToken)
    {
        await using var encrypted = keys.Current is null ? null : TempFiles.Create();
        content.Position = 0;
        if (keys.Current is { } key)
        {
            await ObjectCipher.EncryptAsync(content, encrypted!, key, cancellationToken);
        }

        var stored = encrypted ?? content;
        var reference = new ObjectRef(await HashAsync(stored, cancellationToken), stored.Length);
        await store.PutAsync(name ?? reference.Name, stored, lockedUntil, cancellationToken);
        return reference;
    }

    private async Task<Stream> OpenSealedAsync(FileStream stored, string name, string what, CancellationToken cancellationToken)
    {
        if (ObjectCipher.ReadFingerprint(stored) is not { } fingerprint)
        {
            return stored;
        }

        var key = keys.Find(fingerprint)
            ?? throw Refuse(name, what, $"is encrypted with the key {fingerprint}, which none of the files of --encrypt-key-file holds");
        var plain = TempFiles.Create();
        try
        {
            await ObjectCipher.DecryptAsync(stored, plain, key, cancellationToken);
        }
        catch (CryptographicException failure)
        {
            await plain.DisposeAsync();
            throw Refuse(name, what, $"is not as it was written: {failure.Message.TrimEnd('.')}");
        }

        await stored.DisposeAsync();
        plain.Position = 0;
        return plain;
    }

    private static async Task<string> HashAsync(Stream content, CancellationToken cancellationToken)
    {
        content.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        content.Position = 0;
        return hash;
    }
}
