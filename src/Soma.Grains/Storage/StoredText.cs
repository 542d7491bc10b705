namespace Soma.Grains.Storage;

/// <summary>
/// Turns a text of a client (a memory's text, a link's type, a receipt's key) into the bytes that are stored. Texts are stored as UTF-8
/// bytes, because a Postgres text cannot hold U+0000, which JSON allows, and because bytes compare alike in every store.
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

    /// <summary>The bytes to look up; null if no stored text can equal this one.</summary>
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
