using System.Text;

namespace Soma.Grains.Storage;

/// <summary>
/// How text that a client chose (a memory's text, a link's type, a receipt's key) is kept: as UTF-8 bytes, because
/// Postgres text cannot hold the NUL that JSON can, and bytes compare alike in every store.
/// </summary>
internal static class StoredText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="RowRejectedException">Half a surrogate pair: there are no bytes that would read back as this text.</exception>
    public static byte[] ToBytes(string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw new RowRejectedException("A text holds half a surrogate pair, which has no UTF-8 form.", exception);
        }
    }

    public static byte[]? ToBytesOrNull(string? text) => text is null ? null : ToBytes(text);

    /// <summary>The bytes to look for; null where no stored text can equal this one.</summary>
    public static byte[]? ToLookup(string text)
    {
        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    public static string FromBytes(byte[] bytes) => Strict.GetString(bytes);
}
