using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Soma.Gateway.Security;

/// <summary>The token of an access key: <c>soma_&lt;id&gt;_&lt;secret&gt;</c>. The id names the key; the secret is 256 random bits, as base64url.</summary>
/// <remarks>Only the token's SHA-256 is kept and compared. A hash without salt is enough, because nobody can try 2^256 secrets.</remarks>
/// <param name="Id">The id of the key that the token claims to be of.</param>
/// <param name="Hash">The SHA-256 of the whole token, id included.</param>
internal readonly record struct AccessKeyToken(string Id, TokenHash Hash)
{
    private const string Prefix = "soma_";
    private const int IdLength = 10;
    private const int LongestId = 16;
    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    // Without the letters i, l, o and u, which are easily misread.
    private const string IdCharacters = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly SearchValues<char> _idCharacters = SearchValues.Create(IdCharacters);

    /// <summary>Makes a token. It is the only place where its text is known to this service.</summary>
    /// <param name="id">The key's id; null: a new one.</param>
    /// <param name="text">The token.</param>
    public static AccessKeyToken Create(string? id, out string text)
    {
        id ??= RandomNumberGenerator.GetString(IdCharacters, IdLength);
        text = $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return new AccessKeyToken(id, TokenHash.Of(text));
    }

    public static bool IsId(ReadOnlySpan<char> text) => text.Length is > 0 and <= LongestId && !text.ContainsAnyExcept(_idCharacters);

    /// <summary>False: the text does not have the form of a token of an access key.</summary>
    public static bool TryRead(string text, out AccessKeyToken token)
    {
        token = default;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = text.AsSpan(Prefix.Length);
        var end = rest.IndexOf('_');
        if (end < 0 || !IsId(rest[..end]) || rest.Length - end - 1 != SecretLength || !Base64Url.IsValid(rest[(end + 1)..]))
        {
            return false;
        }

        token = new AccessKeyToken(rest[..end].ToString(), TokenHash.Of(text));
        return true;
    }
}

/// <summary>The SHA-256 of a token, as a value that a dictionary can be asked for.</summary>
internal readonly record struct TokenHash(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    public static TokenHash Of(ReadOnlySpan<char> token)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(token.Length)];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], hash);
        return MemoryMarshal.Read<TokenHash>(hash);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        MemoryMarshal.Write(bytes, in this);
        return bytes;
    }
}
