using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;

namespace Soma.Grains.Tests.Engine.Refining;

/// <summary>A table of the built-in space that counts letters: its vectors show how a text is written and not what it means.</summary>
internal sealed class LetterTable : ITextEmbedder
{
    public string ModelName => "letters";

    public int Dimension => EmbeddingSpace.BuiltIn.Dimension;

    public static float[] VectorOf(string text, int dimension)
    {
        var vector = new float[dimension];
        foreach (var letter in text.Where(char.IsAsciiLetterLower))
        {
            vector[letter - 'a']++;
        }

        return UnitVector.Of(vector);
    }

    /// <summary>Whether a text with an ä is read as another language than English. An older version did not tell.</summary>
    public bool TellsEnglish { get; init; } = true;

    public TextReading Embed(ReadOnlySpan<char> text, Span<float> destination) =>
        new(TryEmbed(text, destination), !TellsEnglish || !text.Contains('ä'), 1);

    public bool TryEmbed(ReadOnlySpan<char> text, Span<float> destination)
    {
        VectorOf(text.ToString(), Dimension).CopyTo(destination);
        return text.ContainsAnyInRange('a', 'z');
    }
}
