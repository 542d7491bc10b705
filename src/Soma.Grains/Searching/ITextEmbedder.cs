namespace Soma.Grains.Searching;

/// <summary>
/// Makes a text's first vector: in microseconds, from memory, on the caller's thread. Safe for any number of threads.
/// </summary>
public interface ITextEmbedder
{
    /// <summary>What answers name as the source of the vector.</summary>
    string ModelName { get; }

    /// <summary>How many numbers a vector has.</summary>
    int Dimension { get; }

    /// <summary>Writes the vector of length 1 into <paramref name="destination"/>, which has room for one.</summary>
    /// <returns>False: the text has nothing to embed; the destination then holds zeros.</returns>
    bool TryEmbed(ReadOnlySpan<char> text, Span<float> destination);
}
