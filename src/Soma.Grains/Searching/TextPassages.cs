using System.Buffers;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Searching;

/// <summary>Vectors of the passages of a long text, beside the vector of the whole. A passage is a sentence, or a few.</summary>
/// <remarks>
/// The vector of a long text is the mean of all it says, so one sentence among fifty hardly moves it, and a query for that sentence
/// meets other memories first. The passages, and the first vector of the whole, are kept as int8 numbers: a memory has at
/// most <see cref="MostPassages"/>, in 388 bytes each with 384 dimensions, so at most 25 KB. Together they cover the whole text: the
/// longer it is, the more sentences lie in one passage.
/// </remarks>
public sealed class TextPassages
{
    /// <summary>Texts up to this length, in characters, have no passages: some eighty words.</summary>
    public const int LongestWhole = 480;

    /// <summary>The most passages of one text.</summary>
    public const int MostPassages = 64;

    private const int ShortestPassage = 32;
    private const int LongestSentence = 240;

    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?\n。！？؟।");

    // The vector of the whole, then those of the passages.
    private readonly sbyte[] _codes;
    private readonly float[] _scales;

    private TextPassages(sbyte[] codes, float[] scales) => (_codes, _scales) = (codes, scales);

    /// <summary>The number of passages.</summary>
    public int Count => _scales.Length - 1;

    /// <summary>An estimate of the bytes that the passages take.</summary>
    public long Bytes => 80 + _codes.Length + ((long)sizeof(float) * _scales.Length);

    /// <summary>Embeds a text, and its passages if it is long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="embedder">Makes the vectors.</param>
    /// <param name="whole">Gets the first vector of the whole.</param>
    /// <returns>What is known of the text; its passages, or null if it is short, or if fewer than two of them have something to embed.</returns>
    public static (TextReading Reading, TextPassages? Passages) Embed(ReadOnlySpan<char> text, ITextEmbedder embedder, Span<float> whole)
    {
        if (text.Length <= LongestWhole)
        {
            return (embedder.Embed(text, whole), null);
        }

        Span<int> ends = stackalloc int[MostPassages];
        ends = ends[..Cut(text, ends)];
        var vectors = ArrayPool<float>.Shared.Rent(ends.Length * embedder.Dimension);
        var reading = embedder.Embed(text, ends, whole, vectors);
        var passages = reading.HasVector ? Quantise(whole, vectors.AsSpan(0, ends.Length * embedder.Dimension)) : null;
        ArrayPool<float>.Shared.Return(vectors);
        return (reading, passages);
    }

    /// <summary>How much larger the scalar product of a query's vector, which has the table's dimension, is with the best passage than with the whole.</summary>
    internal float LeadFor(QuantisedQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Numbers.Length * _scales.Length, _codes.Length, nameof(query));
        Span<float> products = stackalloc float[1 + MostPassages];
        products = products[.._scales.Length];
        query.Score(_codes, _scales, products);
        return ScoreSpan.Range(products[1..]).Highest - products[0];
    }

    /// <summary>Writes where the passages of a text end, and returns how many there are.</summary>
    private static int Cut(ReadOnlySpan<char> text, Span<int> ends)
    {
        var shortest = Math.Max(ShortestPassage, (text.Length / MostPassages) + 1);
        var count = 0;
        for (var from = 0; from < text.Length; from = ends[count++])
        {
            ends[count] = from + LengthOfFirst(text[from..], shortest);
        }

        return count;
    }

    private static TextPassages? Quantise(ReadOnlySpan<float> whole, ReadOnlySpan<float> vectors)
    {
        var dimension = whole.Length;
        var codes = new sbyte[dimension + vectors.Length];
        var scales = new float[1 + (vectors.Length / dimension)];
        scales[0] = VectorChunk.Quantise(whole, codes);
        var count = 1;
        for (; !vectors.IsEmpty; vectors = vectors[dimension..])
        {
            scales[count] = VectorChunk.Quantise(vectors[..dimension], codes.AsSpan(count * dimension, dimension));
            count += scales[count] > 0 ? 1 : 0;
        }

        return count < 3 ? null : new TextPassages(codes[..(count * dimension)], scales[..count]);
    }

    /// <summary>Whole sentences that together are long enough; a sentence without an end is cut at a blank, or anywhere.</summary>
    private static int LengthOfFirst(ReadOnlySpan<char> text, int shortest)
    {
        var longest = shortest + LongestSentence;
        if (text.Length <= shortest + ShortestPassage)
        {
            return text.Length;
        }

        var searched = text[..Math.Min(text.Length, longest)];
        var end = searched[shortest..].IndexOfAny(SentenceEnds);
        if (end >= 0)
        {
            return shortest + end + 1;
        }

        var blank = searched[shortest..].LastIndexOf(' ');
        var cut = blank >= 0 ? shortest + blank + 1 : searched.Length;
        return cut < text.Length && char.IsLowSurrogate(text[cut]) ? cut + 1 : cut;
    }
}
