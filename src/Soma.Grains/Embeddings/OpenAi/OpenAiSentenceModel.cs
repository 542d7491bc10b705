using System.IO.Hashing;
using Microsoft.Extensions.AI;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>A sentence model behind an endpoint that speaks OpenAI's embeddings API.</summary>
/// <remarks>
/// If the endpoint refuses a text as too long, only the beginning of the text is embedded. A vector with another dimension, or
/// with values that are not finite numbers, is never returned: the endpoint then counts as unavailable.
/// </remarks>
public sealed class OpenAiSentenceModel : ISentenceModel, IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>If a refused text is longer than this, its first half is tried.</summary>
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

    /// <summary>
    /// Connects to the model. Embeds one short text to learn the dimension, unless <see cref="EndpointOptions.Dimensions"/> sets
    /// it.
    /// </summary>
    /// <param name="options">The endpoint and its timeouts.</param>
    /// <param name="http">A client from <see cref="EndpointClient"/>.</param>
    /// <param name="time">Measures timeouts and delays.</param>
    /// <exception cref="ModelUnavailableException">There was no usable answer within <see
    /// cref="EndpointOptions.StartTimeout"/>.</exception>
    /// <exception cref="InvalidDataException">The dimension differs from that of the declared space.</exception>
    public static async Task<OpenAiSentenceModel> OpenAsync(
        EndpointOptions options, HttpClient http, TimeProvider time, CancellationToken cancellationToken)
    {
        var endpoint = new EmbeddingsEndpoint(http, options, time);
        var dimension = options.Dimensions ?? await ProbeAsync(endpoint, options, cancellationToken);
        return options.Space is { } space && space.Dimension != dimension
            ? throw new InvalidDataException($"{options} gives vectors of {dimension} numbers; the space {space.Name} has {space.Dimension}.")
            : new OpenAiSentenceModel(options, endpoint, dimension);
    }

    public async Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var vectors = new float[]?[texts.Count];
        var pending = new List<PendingText>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            // Endpoints refuse an empty text, and the refusal would split the whole batch.
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
        var answer = await _endpoint.AskAsync([text], _options.QueryTimeout, cancellationToken);
        return answer is null ? null : Accept(answer[0]);
    }

    async Task<GeneratedEmbeddings<Embedding<float>>> IEmbeddingGenerator<string, Embedding<float>>.GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options, CancellationToken cancellationToken) =>
        await SentenceEmbeddings.GenerateAsync(this, values, options, cancellationToken);

    object? IEmbeddingGenerator.GetService(Type serviceType, object? serviceKey) => SentenceEmbeddings.GetService(
        this, new EmbeddingGeneratorMetadata("openai", _options.Address, ModelName, Space.Dimension), serviceType, serviceKey);

    public void Dispose()
    {
        // The HTTP client belongs to whoever opened the model, so it is not disposed here.
    }

    /// <summary>Embeds a batch. If the endpoint refuses it, each half is tried separately, until the refused text is found.</summary>
    private async Task EmbedAsync(ArraySegment<PendingText> batch, float[]?[] vectors, CancellationToken cancellationToken)
    {
        var answer = await _endpoint.AskAsync([.. batch.Select(text => text.Text)], _options.DocumentTimeout, cancellationToken);
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

    // Endpoints answer a wrong model name or option like a bad text. Without this check, every memory would be marked as refused
    // for good.
    private async Task CheckThatSomeTextIsAcceptedAsync(CancellationToken cancellationToken)
    {
        if (await _endpoint.AskAsync([SampleText], _options.DocumentTimeout, cancellationToken) is null)
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
        var answer = await endpoint.AskAsync([SampleText], options.StartTimeout, cancellationToken) ?? throw RefusesAll(options);
        return answer[0].Length > 0 ? answer[0].Length : throw new ModelUnavailableException($"{options} gave an empty vector.");
    }

    private static ModelUnavailableException RefusesAll(EndpointOptions options) =>
        new($"{options} refuses every text; check SOMA_EMBEDDINGS_MODEL and SOMA_EMBEDDINGS_DIMENSIONS.");

    // The address is part of the name, because two endpoints may use one model name for different models. So is everything else
    // that changes the vectors.
    private static string NameSpace(EndpointOptions options, int dimension)
    {
        var usage = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{options.Address.AbsolutePath.TrimEnd('/')}\n{options.DocumentPrefix}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"openai:{TextBatches.Shorten(options.Address.IdnHost, 60)}:{options.Address.Port}:{options.Model}:{dimension}:{(uint)usage:x8}");
    }

    private readonly record struct PendingText(int Index, string Text);
}
