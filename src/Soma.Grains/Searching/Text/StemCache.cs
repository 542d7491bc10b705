namespace Soma.Grains.Searching.Text;

/// <summary>
/// Keeps the stems of the words that were met last, because a few thousand words make up most of what is written. Each word has one
/// place, where the next word of the same hash takes over. Takes 200 KB. One thread at a time may use it.
/// </summary>
internal sealed class StemCache
{
    // The two lengths, the word and its stem.
    private const int LongestWord = 23;
    private const int PlaceLength = 2 + LongestWord + LongestWord;
    private const int PlaceBits = 11;

    private readonly char[] _places = new char[PlaceLength << PlaceBits];

    /// <summary>Writes the stem of a word, if it is kept.</summary>
    /// <returns>The stem's length; 0: the word is not kept.</returns>
    public int TryWrite(ReadOnlySpan<char> word, Language language, Span<char> stem)
    {
        if (word.Length > LongestWord)
        {
            return 0;
        }

        var place = PlaceOf(word, language);
        if (place[0] != KeyOf(word, language) || !place.Slice(2, word.Length).SequenceEqual(word))
        {
            return 0;
        }

        place.Slice(2 + LongestWord, place[1]).CopyTo(stem);
        return place[1];
    }

    /// <summary>Keeps the stem of a word; a long one is not kept.</summary>
    public void Keep(ReadOnlySpan<char> word, Language language, ReadOnlySpan<char> stem)
    {
        if (word.Length <= LongestWord && stem.Length <= LongestWord)
        {
            var place = PlaceOf(word, language);
            (place[0], place[1]) = (KeyOf(word, language), (char)stem.Length);
            word.CopyTo(place[2..]);
            stem.CopyTo(place[(2 + LongestWord)..]);
        }
    }

    private static char KeyOf(ReadOnlySpan<char> word, Language language) => (char)(word.Length | (language.Number << 8));

    private Span<char> PlaceOf(ReadOnlySpan<char> word, Language language)
    {
        var hash = (uint)language.Number;
        foreach (var letter in word)
        {
            hash = (hash ^ letter) * 16_777_619;
        }

        return _places.AsSpan((int)((hash * 0x9E3779B1) >> (32 - PlaceBits)) * PlaceLength, PlaceLength);
    }
}
