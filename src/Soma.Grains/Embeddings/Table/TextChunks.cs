using Soma.Grains.Embeddings.Unicode;

namespace Soma.Grains.Embeddings.Table;

/// <summary>Reads a text from blank to blank. Neither normalising nor a word reaches over a blank.</summary>
internal static class TextChunks
{
    /// <summary>Reads the code points from a place in the text up to the next blank, and moves the place on; false at the end of the text.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, ref int at, ref CodePoints chunk)
    {
        chunk.Clear();
        while (at < text.Length)
        {
            int codePoint = text[at];
            var length = 1;
            if (char.IsSurrogate((char)codePoint))
            {
                // Half a pair becomes U+FFFD, which is removed later.
                Rune.DecodeFromUtf16(text[at..], out var rune, out length);
                codePoint = rune.Value;
            }

            at += length;
            if (!LetterKinds.IsBlank(codePoint))
            {
                chunk.Add(codePoint);
            }
            else if (chunk.Count > 0)
            {
                return true;
            }
        }

        return chunk.Count > 0;
    }
}
