using System.Buffers;
using Soma.Grains.Searching.Indexing;

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

    // Fewer than the 256 pieces that the table reads, in most scripts.
    private const int LongestRead = 640;

    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?\n。！？؟।");

    // The vector of the whole, then those of the passages.
    private readonly sbyte[] _codes;
    private readonly float[] _scales;

    private TextPassages(sbyte[] codes, float[] scales) => (_codes, _scales) = (codes, scales);

    /// <summary>The number of passages.</summary>
    public int Count => _scales.Length - 1;

    /// <summary>An estimate of the bytes that the passages take.</summary>
    public long Bytes => 80 + _codes.Length + ((long)sizeof(float) * _scales.Length);

    /// <summary>Embeds the passages of a text; null: it is short.</summary>
    /// <param name="text">The text.</param>
    /// <param name="whole">Its first vector.</param>
    /// <param name="embedder">Made that vector, and makes those of the passages.</param>
    public static TextPassages? Of(ReadOnlySpan<char> text, ReadOnlySpan<float> whole, ITextEmbedder embedder)
    {
        if (text.Length <= LongestWhole)
        {
            return null;
        }

        var dimension = embedder.Dimension;
        var vector = new float[dimension];
        var code = new sbyte[dimension];
        var scales = new List<float> { VectorChunk.Quantise(whole, code) };
        var codes = new List<sbyte>(code);
        var shortest = Math.Max(ShortestPassage, (text.Length / MostPassages) + 1);
        while (!text.IsEmpty)
        {
            var length = LengthOfFirst(text, shortest);
            if (TryEmbed(text[..length], embedder, vector))
            {
                scales.Add(VectorChunk.Quantise(vector, code));
                codes.AddRange(code);
            }

            text = text[length..];
        }

        return scales.Count < 3 ? null : new TextPassages([.. codes], [.. scales]);
    }

    /// <summary>How much larger the scalar product of a query's vector, which has the table's dimension, is with the best passage than with the whole.</summary>
    internal float LeadFor(QuantisedQuery query)
    {
        var best = float.NegativeInfinity;
        for (var i = 1; i < _scales.Length; i++)
        {
            best = Math.Max(best, ProductAt(i, query));
        }

        return best - ProductAt(0, query);
    }

    private float ProductAt(int vector, QuantisedQuery query)
    {
        var dimension = query.Numbers.Length;
        return query.Dot(_codes.AsSpan(vector * dimension, dimension), _scales[vector]);
    }

    /// <summary>Embeds a passage, in parts if it is longer than what an embedder reads. Its vector is then the mean of theirs.</summary>
    private static bool TryEmbed(ReadOnlySpan<char> passage, ITextEmbedder embedder, Span<float> vector)
    {
        if (passage.Length <= LongestRead)
        {
            return embedder.TryEmbed(passage, vector);
        }

        vector.Clear();
        var part = new float[vector.Length];
        for (; !passage.IsEmpty; passage = passage[Math.Min(LongestRead, passage.Length)..])
        {
            if (embedder.TryEmbed(passage[..Math.Min(LongestRead, passage.Length)], part))
            {
                TensorPrimitives.Add(vector, part, vector);
            }
        }

        var length = TensorPrimitives.Norm<float>(vector);
        TensorPrimitives.Divide(vector, Math.Max(length, float.Epsilon), vector);
        return length > 0;
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
