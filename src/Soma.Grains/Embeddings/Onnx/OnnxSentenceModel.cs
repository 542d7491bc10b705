using System.Buffers;
using Microsoft.Extensions.AI;
using Microsoft.ML.OnnxRuntime;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>A sentence model that runs in this process, from a folder in the format of sentence-transformers.</summary>
/// <remarks>
/// A long memory is cut into windows. Its vector is the mean of the windows' vectors, weighted by their numbers of tokens. Of a
/// query only the first window is used. The model computes on the caller's thread, so that the caller decides how much of the
/// machine it takes; the returned tasks are already completed. The native runtime is loaded together with the first model.
/// </remarks>
public sealed class OnnxSentenceModel : ISentenceModel, IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly SentenceTokenizer _tokenizer;
    private readonly OnnxGraph _graph;
    private readonly int[] _queryPrefix;
    private readonly int[] _documentPrefix;
    private readonly int _maxTokens;

    /// <param name="folder">The folder with <c>model.onnx</c> or <c>onnx/model.onnx</c>, a WordPiece tokenizer, and the JSON
    /// files that describe their use.</param>
    /// <param name="options">Settings that override those in the folder.</param>
    /// <exception cref="InvalidDataException">Soma cannot run the model in this folder; the message says why.</exception>
    public OnnxSentenceModel(string folder, SentenceModelOptions? options = null)
    {
        var files = new SentenceModelFolder(folder);
        var settings = SentenceModelSettings.Read(files);
        _tokenizer = SentenceTokenizer.Read(files);
        _maxTokens = settings.MaxTokens;
        _graph = new OnnxGraph(files.ModelFile, files.UnknownModule is null ? settings.Pooling : null, settings.MaxTokens);
        var documentPrefix = options?.DocumentPrefix ?? settings.DocumentPrefix;
        _queryPrefix = EncodePrefix(options?.QueryPrefix ?? settings.QueryPrefix);
        _documentPrefix = EncodePrefix(documentPrefix);
        ModelName = files.Name;
        var dimension = Probe(folder);
        // Loading leaves 60 MB of free pages behind: the file as it was read, and weights in forms that were replaced.
        NativeHeap.ReturnFreePages();
        Space = options?.Space ?? new EmbeddingSpace(
            $"folder:{files.Name}:{files.Fingerprint($"{settings.Pooling} {settings.MaxTokens} {_tokenizer.Usage} {documentPrefix}")}", dimension);
        if (Space.Dimension != dimension)
        {
            throw new InvalidDataException($"'{folder}' gives vectors of {dimension} numbers; the space {Space.Name} has {Space.Dimension}.");
        }
    }

    /// <summary>Checks that the folder holds a model and that the native runtime can be loaded, in milliseconds and without loading the model.</summary>
    /// <exception cref="InvalidDataException">The folder lacks a file that a model needs.</exception>
    /// <exception cref="DllNotFoundException">The native runtime cannot be loaded on this machine.</exception>
    public static void Check(string folder)
    {
        _ = SentenceModelSettings.Read(new SentenceModelFolder(folder));
        NativeLibrary.Free(NativeLibrary.Load("onnxruntime", typeof(InferenceSession).Assembly, null));
    }

    public string ModelName { get; }

    public EmbeddingSpace Space { get; }

    public int BatchSize => 1;

    public bool IsLocal => true;

    public Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new float[]?[texts.Count];
        for (var i = 0; i < vectors.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            vectors[i] = Embed(texts[i], _documentPrefix, TextWindows.Most, cancellationToken);
        }

        return Task.FromResult<IReadOnlyList<float[]?>>(vectors);
    }

    public ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Embed(query, _queryPrefix, 1, cancellationToken));

    async Task<GeneratedEmbeddings<Embedding<float>>> IEmbeddingGenerator<string, Embedding<float>>.GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken) =>
        await SentenceEmbeddings.GenerateAsync(this, values, options, cancellationToken);

    object? IEmbeddingGenerator.GetService(Type serviceType, object? serviceKey) =>
        SentenceEmbeddings.GetService(this, new EmbeddingGeneratorMetadata("soma", null, ModelName, Space.Dimension), serviceType, serviceKey);

    /// <summary>Closes the native session. No thread may be embedding meanwhile, because that would crash the process.</summary>
    public void Dispose() => _graph.Dispose();

    /// <summary>Returns null if the text has no token, and therefore no vector.</summary>
    private float[]? Embed(string text, int[] prefix, int mostWindows, CancellationToken cancellationToken)
    {
        var windows = new TextWindows(_maxTokens - 2 - prefix.Length);
        var ids = ArrayPool<int>.Shared.Rent(windows.Reach);
        try
        {
            var tokens = _tokenizer.Encode(text, ids.AsSpan(0, mostWindows == 1 ? windows.Room : windows.Reach));
            return tokens == 0 ? null : EmbedWindows(windows, ids.AsSpan(0, tokens), prefix, cancellationToken);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
        }
    }

    private float[] EmbedWindows(TextWindows windows, ReadOnlySpan<int> ids, int[] prefix, CancellationToken cancellationToken)
    {
        Span<int> window = stackalloc int[_maxTokens];
        float[]? sum = null;
        for (var i = 0; i < windows.Count(ids.Length); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = ids[windows[i, ids.Length]];
            var vector = RunGraph(Surround(part, prefix, window));
            if (sum is null && ids.Length <= windows.Room)
            {
                return vector;
            }

            sum ??= new float[vector.Length];
            TensorPrimitives.MultiplyAdd(vector, part.Length, sum, sum);
        }

        return sum is not null && UnitVector.TryScale(sum) ? sum : throw NoDirection();
    }

    private float[] RunGraph(ReadOnlySpan<int> ids)
    {
        try
        {
            var vector = _graph.Run(ids);
            return UnitVector.TryScale(vector) ? vector : throw NoDirection();
        }
        catch (OnnxRuntimeException failure)
        {
            throw new ModelUnavailableException($"The sentence model {ModelName} failed: {failure.Message}", failure);
        }
    }

    private ReadOnlySpan<int> Surround(ReadOnlySpan<int> part, int[] prefix, Span<int> window)
    {
        window[0] = _tokenizer.FirstId;
        prefix.CopyTo(window[1..]);
        part.CopyTo(window[(1 + prefix.Length)..]);
        window[1 + prefix.Length + part.Length] = _tokenizer.LastId;
        return window[..(part.Length + prefix.Length + 2)];
    }

    private int Probe(string folder)
    {
        try
        {
            return _graph.Run([_tokenizer.FirstId, _tokenizer.LastId]).Length;
        }
        catch (OnnxRuntimeException failure)
        {
            throw new InvalidDataException($"The model in '{folder}' cannot be run: {failure.Message}", failure);
        }
    }

    // The prefix is encoded separately from the text. It ends in a blank or a colon, where a word ends anyway, so the tokens are
    // the same.
    private int[] EncodePrefix(string prefix)
    {
        var ids = new int[_maxTokens / 2];
        return ids[.._tokenizer.Encode(prefix, ids)];
    }

    private ModelUnavailableException NoDirection() => new($"The sentence model {ModelName} gave a vector without a direction.");
}
