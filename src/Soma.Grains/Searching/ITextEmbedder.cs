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
}
