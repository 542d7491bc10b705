namespace Soma.Grains.Searching;

/// <summary>Makes the first vector of a text, in microseconds, on the caller's thread. Any number of threads may use it.</summary>
public interface ITextEmbedder
{
    /// <summary>The name under which answers show this source of vectors.</summary>
    string ModelName { get; }

    /// <summary>How many numbers a vector has.</summary>
    int Dimension { get; }

    /// <summary>Writes the vector of length 1 into <paramref name="destination"/>, which has room for one.</summary>
    /// <returns>False: the text has nothing to embed; the destination then holds zeros.</returns>
    bool TryEmbed(ReadOnlySpan<char> text, Span<float> destination);

    /// <summary>Embeds the text, and says besides what the table knows of it.</summary>
    TextReading Embed(ReadOnlySpan<char> text, Span<float> destination) => new(TryEmbed(text, destination), IsEnglish: true, Known: 1);

    /// <summary>Embeds a text and its passages.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ends">Where each passage ends in the text; it begins where the one before it ends. The last one ends with the text.</param>
    /// <param name="destination">Gets the vector of the text.</param>
    /// <param name="passages">Gets the vectors of the passages, one after the other; zeros for a passage that has nothing to embed.</param>
    TextReading Embed(ReadOnlySpan<char> text, ReadOnlySpan<int> ends, Span<float> destination, Span<float> passages)
    {
        var from = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            TryEmbed(text[from..ends[i]], passages.Slice(i * Dimension, Dimension));
            from = ends[i];
        }

        return Embed(text, destination);
    }

    /// <summary>How much a word says, whatever the namespace holds: frequent words say little. 0: the table does not know the word.</summary>
    float WeightOf(ReadOnlySpan<char> word) => 1;
}

/// <summary>What a table makes of a text.</summary>
/// <param name="HasVector">False: the text has nothing to embed.</param>
/// <param name="IsEnglish">Whether the text is English: its Latin words are, and most of it is Latin. The built-in sentence model knows no other language.</param>
/// <param name="Known">The share of the text's letters, 0–1, that the table knows in pieces of more than one letter.</param>
/// <param name="Script">The script that most letters are of, by a number of the table's own; 0: there are no letters.</param>
/// <param name="PiecesPerWord">How many pieces its words are cut into: 1.1 in English, 1.4 in German, 2 in Arabic, 3.5 in nonsense.</param>
public readonly record struct TextReading(bool HasVector, bool IsEnglish, float Known, byte Script = 0, float PiecesPerWord = 1)
{
    /// <summary>There is no table, so nothing speaks against vectors that the text may have, or against a sentence model's.</summary>
    public static TextReading None { get; } = new(HasVector: false, IsEnglish: true, Known: 1);
}
