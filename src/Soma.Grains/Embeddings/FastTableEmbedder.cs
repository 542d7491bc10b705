using Microsoft.Extensions.AI;
using Soma.Grains.Searching;

namespace Soma.Grains.Embeddings;

/// <summary>
/// The built-in table model <c>soma-fast</c>. The vector of a text is the sum of its tokens' rows, scaled to length 1. The weight
/// of each token is already part of its row.
/// </summary>
/// <remarks>
/// Vectors have 384 float32 numbers, in the space of all-MiniLM-L6-v2. The model knows English. Safe for concurrent use;
/// embedding allocates nothing.
/// </remarks>
public sealed class FastTableEmbedder : ITextEmbedder, IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>How many tokens of a text are used; the rest of the text is ignored.</summary>
    public const int LongestText = 256;

    private const string Name = "soma-fast";

    private readonly WordPieceTokenizer _tokenizer;
    private readonly TokenTable _table;

    /// <param name="folder">The folder with <c>table.safetensors</c> and <c>vocab.txt</c>.</param>
    /// <exception cref="InvalidDataException">The two files do not belong together.</exception>
    public FastTableEmbedder(string folder)
    {
        var vocabulary = WordPieceVocabulary.Load(Path.Combine(folder, "vocab.txt"));
        _tokenizer = new WordPieceTokenizer(vocabulary);
        _table = TokenTable.Load(Path.Combine(folder, "table.safetensors"));
        if (_table.Count != vocabulary.Count)
        {
            throw new InvalidDataException($"{_table.Count} rows do not fit {vocabulary.Count} tokens in '{folder}'.");
        }
    }

    public string ModelName => Name;

    public int Dimension => _table.Dimension;

    /// <summary>The folder of this model next to the assemblies, or under <paramref name="modelsFolder"/> if one is given.</summary>
    public static string DefaultFolder(string? modelsFolder = null) =>
        Path.Combine(modelsFolder ?? Path.Combine(AppContext.BaseDirectory, "models"), Name);

    public bool TryEmbed(ReadOnlySpan<char> text, Span<float> destination)
    {
        var vector = destination[..Dimension];
        vector.Clear();
        Span<int> ids = stackalloc int[LongestText];
        foreach (var id in ids[.._tokenizer.Encode(text, ids)])
        {
            _table.AddTo(vector, id);
        }

        var length = TensorPrimitives.Norm<float>(vector);
        if (length == 0)
        {
            return false;
        }

        TensorPrimitives.Divide(vector, length, vector);
        return true;
    }

    Task<GeneratedEmbeddings<Embedding<float>>> IEmbeddingGenerator<string, Embedding<float>>.GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var vector = new float[Dimension];
            TryEmbed(value, vector);
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
