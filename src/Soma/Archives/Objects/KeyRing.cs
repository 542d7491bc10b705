namespace Soma.Archives.Objects;

/// <summary>The keys that backups are encrypted with: the first encrypts, all of them decrypt.</summary>
internal sealed class KeyRing
{
    private const int KeyBytes = 32;

    private readonly List<(byte[] Key, string Fingerprint)> _keys;

    private KeyRing(List<(byte[] Key, string Fingerprint)> keys) => _keys = keys;

    /// <summary>No key: what is written is not encrypted.</summary>
    public static KeyRing None { get; } = new([]);

    /// <summary>The key that encrypts, and its fingerprint; null: there is none.</summary>
    public (byte[] Key, string Fingerprint)? Current => _keys.Count > 0 ? _keys[0] : null;

    public byte[]? Find(string fingerprint) => _keys.FirstOrDefault(one => one.Fingerprint == fingerprint).Key;

    /// <summary>Reads files that hold one key each: 32 bytes, or these in hex or base64.</summary>
    /// <exception cref="StartupException">A file cannot be read, or holds something else.</exception>
    public static KeyRing Read(IEnumerable<string> files) => new([.. files.Select(file =>
    {
        try
        {
            var key = Parse(File.ReadAllBytes(file))
                ?? throw new StartupException(ExitCode.TokenFile, $"{file} holds no key of 256 bits: 32 bytes, or 64 digits in hex, or 44 characters in base64.");
            return (key, FingerprintOf(key));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(ExitCode.TokenFile, $"the key file {file} cannot be read: {failure.Message}", failure);
        }
    })]);

    /// <summary>Names a key without telling anything of it.</summary>
    public static string FingerprintOf(byte[] key) =>
        Convert.ToHexStringLower(SHA256.HashData([.. "soma backup key\n"u8, .. key])[..ObjectCipher.FingerprintBytes]);

    private static byte[]? Parse(byte[] file)
    {
        if (file.Length == KeyBytes)
        {
            return file;
        }

        var text = Encoding.ASCII.GetString(file).Trim();
        try
        {
            var key = text.Length == 2 * KeyBytes ? Convert.FromHexString(text) : Convert.FromBase64String(text);
            return key.Length == KeyBytes ? key : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
