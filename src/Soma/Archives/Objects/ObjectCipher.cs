using System.Buffers.Binary;

namespace Soma.Archives.Objects;

/// <summary>Encrypts objects with AES-256-GCM, in chunks, so that an object of any size needs little memory.</summary>
/// <remarks>
/// An object begins with a mark, the fingerprint of the key, and a random salt. A key of the object's own is derived from the key and the
/// salt, so a nonce can be the number of the chunk and is never used twice with one key. The associated data of a chunk is the object's
/// beginning, the number of the chunk and whether it is the last. So a chunk that was altered, moved, repeated or taken from another object
/// is refused, and so is an object that ends too early.
/// </remarks>
internal static class ObjectCipher
{
    public const int FingerprintBytes = 8;

    private const int ChunkBytes = 1 << 16;
    private const int SaltBytes = 32;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const int HeadBytes = 8 + FingerprintBytes + SaltBytes;

    private static ReadOnlySpan<byte> Mark => "SOMAENC1"u8;

    public static async Task EncryptAsync(Stream from, Stream to, (byte[] Key, string Fingerprint) key, CancellationToken cancellationToken)
    {
        byte[] head = [.. Mark, .. Convert.FromHexString(key.Fingerprint), .. RandomNumberGenerator.GetBytes(SaltBytes)];
        await to.WriteAsync(head, cancellationToken);
        using var cipher = Derive(key.Key, head);
        var (plain, sealedChunk) = (new byte[ChunkBytes], new byte[ChunkBytes + TagBytes]);
        for (var number = 0L; ; number++)
        {
            var length = await from.ReadAtLeastAsync(plain, ChunkBytes, throwOnEndOfStream: false, cancellationToken);
            var isLast = length < ChunkBytes;
            var (nonce, associated) = Bind(head, number, isLast);
            cipher.Encrypt(nonce, plain.AsSpan(0, length), sealedChunk.AsSpan(0, length), sealedChunk.AsSpan(length, TagBytes), associated);
            await to.WriteAsync(sealedChunk.AsMemory(0, length + TagBytes), cancellationToken);
            if (isLast)
            {
                return;
            }
        }
    }

    /// <summary>The fingerprint of the key that an object needs; null: it is not encrypted. The stream stands at its beginning again.</summary>
    public static string? ReadFingerprint(Stream from)
    {
        Span<byte> start = stackalloc byte[Mark.Length + FingerprintBytes];
        var read = from.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        from.Position = 0;
        return read == start.Length && start[..Mark.Length].SequenceEqual(Mark) ? Convert.ToHexStringLower(start[Mark.Length..]) : null;
    }

    /// <exception cref="CryptographicException">The object is not as it was written.</exception>
    public static async Task DecryptAsync(Stream from, Stream to, byte[] key, CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        if (await from.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken) < HeadBytes)
        {
            throw new CryptographicException("it is cut off.");
        }

        using var cipher = Derive(key, head);
        var (plain, sealedChunk) = (new byte[ChunkBytes], new byte[ChunkBytes + TagBytes]);
        for (var number = 0L; ; number++)
        {
            var length = await from.ReadAtLeastAsync(sealedChunk, sealedChunk.Length, throwOnEndOfStream: false, cancellationToken) - TagBytes;
            if (length < 0)
            {
                throw new CryptographicException("it is cut off.");
            }

            var isLast = length < ChunkBytes;
            var (nonce, associated) = Bind(head, number, isLast);
            cipher.Decrypt(nonce, sealedChunk.AsSpan(0, length), sealedChunk.AsSpan(length, TagBytes), plain.AsSpan(0, length), associated);
            await to.WriteAsync(plain.AsMemory(0, length), cancellationToken);
            if (isLast)
            {
                return;
            }
        }
    }

    private static AesGcm Derive(byte[] key, byte[] head) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, head[^SaltBytes..], "soma backup object"u8.ToArray()), TagBytes);

    private static (byte[] Nonce, byte[] Associated) Bind(byte[] head, long number, bool isLast)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(NonceBytes - sizeof(long)), number);
        return (nonce, [.. head, .. nonce, isLast ? (byte)1 : (byte)0]);
    }
}
