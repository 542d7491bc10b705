using System.Globalization;
using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Text;
using Microsoft.Extensions.AI;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>A sentence model behind an endpoint that speaks OpenAI's embeddings API.</summary>
/// <remarks>
/// Of a text that the endpoint finds too long its beginning is embedded. A vector of another dimension, or with a number
/// that is none, is never given on: the endpoint then counts as unavailable.
/// </remarks>
public sealed class OpenAiSentenceModel : ISentenceModel, IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>A refused text that is longer is tried again by its first half.</summary>
    private const int ShortText = 1_000;

    private const string SampleText = "Soma remembers.";

    private readonly EndpointOptions _options;
    private readonly EmbeddingsEndpoint _endpoint;

    private OpenAiSentenceModel(EndpointOptions options, EmbeddingsEndpoint endpoint, int dimension)
    {
        _options = options;
        _endpoint = endpoint;
        Space = options.Space ?? new EmbeddingSpace(NameSpace(options, dimension), dimension);
    }

    public string ModelName => _options.Model;

    public EmbeddingSpace Space { get; }

    public int BatchSize => TextBatches.MostTexts;

    public bool IsLocal => false;

    /// <summary>Asks for the dimension with one short text, unless <see cref="EndpointOptions.Dimensions"/> says it.</summary>
    /// <param name="options">What to ask, and for how long.</param>
    /// <param name="http">From <see cref="EndpointClient"/>.</param>
    /// <param name="time">Measures patience and pauses.</param>
    /// <exception cref="ModelUnavailableException">No answer within <see cref="EndpointOptions.StartPatience"/>, or none to use.</exception>
    /// <exception cref="InvalidDataException">The dimension is not that of the declared space.</exception>
    public static async Task<OpenAiSentenceModel> OpenAsync(
        EndpointOptions options, HttpClient http, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var endpoint = new EmbeddingsEndpoint(http, options, time);
        var dimension = options.Dimensions ?? await ProbeAsync(endpoint, options, cancellationToken);
        return options.Space is { } space && space.Dimension != dimension
            ? throw new InvalidDataException($"{options} gives vectors of {dimension} numbers; the space {space.Name} has {space.Dimension}.")
            : new OpenAiSentenceModel(options, endpoint, dimension);
    }

    public async Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var vectors = new float[]?[texts.Count];
        var pending = new List<PendingText>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            // Endpoints answer an empty text with an error, which would split the batch for nothing.
            if (!string.IsNullOrWhiteSpace(texts[i]))
            {
                pending.Add(new PendingText(i, _options.DocumentPrefix + TextBatches.Shorten(texts[i], TextBatches.LongestText)));
            }
        }

        foreach (var batch in TextBatches.Cut([.. pending], text => text.Text.Length))
        {
            await EmbedAsync(batch, vectors, cancellationToken);
        }

        if (pending.Count > 0 && Array.TrueForAll(vectors, vector => vector is null))
        {
            await CheckThatSomeTextIsAcceptedAsync(cancellationToken);
        }

        return vectors;
    }

    public async ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(query))
        {
            return null;
        }

        var text = _options.QueryPrefix + TextBatches.Shorten(query, TextBatches.LongestText);
        var answer = await _endpoint.AskAsync([text], _options.QueryPatience, cancellationToken);
        return answer is null ? null : Accept(answer[0]);
    }

    async Task<GeneratedEmbeddings<Embedding<float>>> IEmbeddingGenerator<string, Embedding<float>>.GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken) =>
        await SentenceEmbeddings.GenerateAsync(this, values, options, cancellationToken);

    object? IEmbeddingGenerator.GetService(Type serviceType, object? serviceKey) => SentenceEmbeddings.GetService(
        this, new EmbeddingGeneratorMetadata("openai", _options.Address, ModelName, Space.Dimension), serviceType, serviceKey);

    public void Dispose()
    {
        // The client belongs to whoever opened the model.
    }

    /// <summary>Embeds a batch; where it is refused, each half by itself, down to the text that is the reason.</summary>
    private async Task EmbedAsync(ArraySegment<PendingText> batch, float[]?[] vectors, CancellationToken cancellationToken)
    {
        var answer = await _endpoint.AskAsync([.. batch.Select(text => text.Text)], _options.DocumentPatience, cancellationToken);
        if (answer is not null)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                vectors[batch[i].Index] = Accept(answer[i]);
            }
        }
        else if (batch.Count > 1)
        {
            var middle = batch.Count / 2;
            await EmbedAsync(batch[..middle], vectors, cancellationToken);
            await EmbedAsync(batch[middle..], vectors, cancellationToken);
        }
        else if (batch[0].Text.Length > ShortText)
        {
            var (index, text) = batch[0];
            await EmbedAsync(new[] { new PendingText(index, TextBatches.Shorten(text, text.Length / 2)) }, vectors, cancellationToken);
        }
    }

    // A wrong model name or option is refused like a bad text: without this, every memory would be marked as refused for good.
    private async Task CheckThatSomeTextIsAcceptedAsync(CancellationToken cancellationToken)
    {
        if (await _endpoint.AskAsync([SampleText], _options.DocumentPatience, cancellationToken) is null)
        {
            throw RefusesAll(_options);
        }
    }

    private float[]? Accept(float[] vector)
    {
        if (vector.Length != Space.Dimension)
        {
            throw new ModelUnavailableException($"{_options} gave {vector.Length} numbers where {Space.Dimension} were expected.");
        }

        if (!TensorPrimitives.IsFiniteAll<float>(vector))
        {
            throw new ModelUnavailableException($"{_options} gave a vector with something else than numbers.");
        }

        return UnitVector.TryScale(vector) ? vector : null;
    }

    private static async Task<int> ProbeAsync(EmbeddingsEndpoint endpoint, EndpointOptions options, CancellationToken cancellationToken)
    {
        var answer = await endpoint.AskAsync([SampleText], options.StartPatience, cancellationToken) ?? throw RefusesAll(options);
        return answer[0].Length > 0 ? answer[0].Length : throw new ModelUnavailableException($"{options} gave an empty vector.");
    }

    private static ModelUnavailableException RefusesAll(EndpointOptions options) =>
        new($"{options} refuses every text; check SOMA_EMBEDDINGS_MODEL and SOMA_EMBEDDINGS_DIMENSIONS.");

    // Two addresses may give one name to two models, so the address is part of the name; so is what changes the vectors.
    private static string NameSpace(EndpointOptions options, int dimension)
    {
        var usage = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{options.Address.AbsolutePath.TrimEnd('/')}\n{options.DocumentPrefix}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"openai:{TextBatches.Shorten(options.Address.IdnHost, 60)}:{options.Address.Port}:{options.Model}:{dimension}:{(uint)usage:x8}");
    }

    private readonly record struct PendingText(int Index, string Text);
}
