using System.Buffers;
using Microsoft.Extensions.AI;
using Soma.Grains.Searching;

namespace Soma.Grains.Embeddings.Table;

/// <summary>
/// The built-in table model <c>soma-fast</c>. The vector of a text is the sum of its pieces' rows, scaled to length 1. The weight
/// of each piece is already part of its row.
/// </summary>
/// <remarks>
/// Vectors have 384 float32 numbers, in the space of all-MiniLM-L6-v2. The model knows some forty languages. Safe for concurrent
/// use; embedding allocates nothing.
/// </remarks>
public sealed class FastTableEmbedder : ITextEmbedder, IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>How many pieces of a text are used; the rest of the text is ignored.</summary>
    public const int LongestText = 256;

    /// <summary>The second form of the table. Vectors made by the first, <c>soma-fast</c>, are as good for English texts only.</summary>
    public const string Name = "soma-fast-2";

    private const string Folder = "soma-fast";

    private readonly TablePieces _pieces;
    private readonly TokenTable _table;

    /// <param name="folder">The folder with <c>table.safetensors</c> and <c>vocab.txt</c>.</param>
    /// <exception cref="InvalidDataException">The two files do not belong together.</exception>
    public FastTableEmbedder(string folder)
    {
        var vocabulary = TableVocabulary.Load(Path.Combine(folder, "vocab.txt"));
        _pieces = new TablePieces(vocabulary);
        _table = TokenTable.Load(Path.Combine(folder, "table.safetensors"));
        if (_table.Count != vocabulary.Count)
        {
            throw new InvalidDataException($"{_table.Count} rows do not fit {vocabulary.Count} pieces in '{folder}'.");
        }
    }

    public string ModelName => Name;

    public int Dimension => _table.Dimension;

    /// <summary>The folder of this model next to the assemblies, or under <paramref name="modelsFolder"/> if one is given.</summary>
    public static string DefaultFolder(string? modelsFolder = null) =>
        Path.Combine(modelsFolder ?? Path.Combine(AppContext.BaseDirectory, "models"), Folder);

    public bool TryEmbed(ReadOnlySpan<char> text, Span<float> destination) => Embed(text, destination).HasVector;

    public TextReading Embed(ReadOnlySpan<char> text, Span<float> destination)
    {
        Span<int> ids = stackalloc int[LongestText];
        var pieces = _pieces.Read(text, ids);
        return ReadingOf(pieces, TrySum(ids[..pieces.Count], destination[..Dimension]));
    }

    /// <remarks>Of the text <see cref="LongestText"/> pieces are used, of each passage all. A word of both is cut once.</remarks>
    public TextReading Embed(ReadOnlySpan<char> text, ReadOnlySpan<int> ends, Span<float> destination, Span<float> passages)
    {
        Span<int> ids = stackalloc int[LongestText];
        Span<int> passageEnds = stackalloc int[ends.Length];
        var passageIds = ArrayPool<int>.Shared.Rent(text.Length);
        var pieces = _pieces.Read(text, ends, ids, passageIds, passageEnds);
        var from = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            TrySum(passageIds.AsSpan(from..passageEnds[i]), passages.Slice(i * Dimension, Dimension));
            from = passageEnds[i];
        }

        ArrayPool<int>.Shared.Return(passageIds);
        return ReadingOf(pieces, TrySum(ids[..pieces.Count], destination[..Dimension]));
    }

    public float WeightOf(ReadOnlySpan<char> word)
    {
        Span<int> ids = stackalloc int[LongestText];
        var sum = 0f;
        foreach (var id in ids[.._pieces.Read(word, ids).Count])
        {
            sum += _table.SquaredLength(id);
        }

        return MathF.Sqrt(sum);
    }

    private bool TrySum(ReadOnlySpan<int> ids, Span<float> vector)
    {
        _table.Sum(ids, vector);
        var length = TensorPrimitives.Norm<float>(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return length > 0;
    }

    // The rule asks the Latin words alone. A Russian text with one English name is read as English there, but it is none.
    private static TextReading ReadingOf(TextPieces pieces, bool hasVector) =>
        new(hasVector, pieces.IsEnglish && pieces.Script == LetterKinds.Latin, pieces.Known, pieces.Script, pieces.PiecesPerWord);

    Task<GeneratedEmbeddings<Embedding<float>>> IEmbeddingGenerator<string, Embedding<float>>.GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vector = new float[Dimension];
            Embed(value, vector);
            embeddings.Add(new Embedding<float>(vector) { ModelId = Name });
        }

        return Task.FromResult(embeddings);
    }

    object? IEmbeddingGenerator.GetService(Type serviceType, object? serviceKey) =>
        SentenceEmbeddings.GetService(this, new EmbeddingGeneratorMetadata("soma", null, Name, Dimension), serviceType, serviceKey);

    public void Dispose()
    {
        // Nothing needs to be closed: the object holds only memory, which another thread may still be using.
    }
}
