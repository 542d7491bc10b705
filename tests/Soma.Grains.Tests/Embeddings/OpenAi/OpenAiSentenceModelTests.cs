using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Soma.Grains.Embeddings;
using Soma.Grains.Embeddings.OpenAi;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Tests.Embeddings.OpenAi;

public sealed class OpenAiSentenceModelTests : IDisposable
{
    private readonly FakeEndpoint _endpoint = new();
    private readonly HttpClient _http = EndpointClient.Create();
    private readonly ImpatientTime _time = new();

    public void Dispose()
    {
        _http.Dispose();
        _endpoint.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Vectors_come_in_the_order_of_the_texts_and_with_length_1(bool base64)
    {
        _endpoint.GivesBase64 = base64;
        var model = await OpenAsync();

        var vectors = await model.EmbedMemoriesAsync(["one", "twenty-two", "three"], CancellationToken.None);

        AssertIs(vectors[0], "one");
        AssertIs(vectors[1], "twenty-two");
        AssertIs(vectors[2], "three");
    }

    [Fact]
    public async Task A_request_says_what_the_operator_said()
    {
        _endpoint.Dimension = 3;
        var model = await OpenAsync(options => options with { Dimensions = 3, ApiKey = "sk-secret", QueryPrefix = "q: ", DocumentPrefix = "d: " });

        await model.EmbedMemoriesAsync(["memory"], CancellationToken.None);
        await model.EmbedQueryAsync("question", CancellationToken.None);

        var requests = _endpoint.Requests.ToArray();
        Assert.Equal(["""{"model":"tiny","input":["d: memory"],"encoding_format":"base64","dimensions":3}""", """{"model":"tiny","input":["q: question"],"encoding_format":"base64","dimensions":3}"""], requests.Select(request => request.ToJsonString()));
        Assert.Equal(("Bearer sk-secret", "/v1/embeddings"), (_endpoint.Authorization, _endpoint.Path));
    }

    [Fact]
    public async Task The_dimension_is_asked_for_where_nobody_said_it()
    {
        _endpoint.Dimension = 5;

        var model = await OpenAsync();

        Assert.Single(_endpoint.Requests);
        Assert.Matches($"^openai:127.0.0.1:{_endpoint.Address.Port}:tiny:5:[0-9a-f]{{8}}$", model.Space.Name);
        Assert.Equal((5, 64, false, "tiny"), (model.Space.Dimension, model.BatchSize, model.IsLocal, model.ModelName));
    }

    [Fact]
    public async Task With_the_dimension_said_a_start_needs_no_endpoint_and_its_first_answer_is_checked()
    {
        var model = await OpenAsync(options => options with { Dimensions = 3 });

        Assert.Empty(_endpoint.Requests);
        var failure = await Assert.ThrowsAsync<ModelUnavailableException>(() => model.EmbedMemoriesAsync(["text"], CancellationToken.None));
        Assert.Contains("4 numbers where 3", failure.Message);
    }

    [Fact]
    public async Task A_start_gives_up_on_an_endpoint_that_does_not_answer()
    {
        var nobody = Options() with { Address = new Uri($"http://127.0.0.1:{Soma.Testing.FreePorts.Next()}/v1") };

        await Assert.ThrowsAsync<ModelUnavailableException>(() => OpenAiSentenceModel.OpenAsync(nobody, _http, _time, CancellationToken.None));

        Assert.InRange(_time.Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_space_changes_with_what_stands_before_memories_and_not_before_queries()
    {
        var plain = await OpenAsync();

        Assert.Equal(plain.Space, (await OpenAsync(options => options with { QueryPrefix = "q: " })).Space);
        Assert.NotEqual(plain.Space, (await OpenAsync(options => options with { DocumentPrefix = "d: " })).Space);
    }

    [Fact]
    public async Task More_texts_than_one_request_takes_go_in_several()
    {
        var model = await OpenAsync();
        var texts = Enumerable.Range(0, 150).Select(i => $"memory {i}").ToArray();

        var vectors = await model.EmbedMemoriesAsync(texts, CancellationToken.None);

        Assert.Equal([64, 64, 22], _endpoint.Requests.Skip(1).Select(request => request["input"]!.AsArray().Count));
        for (var i = 0; i < texts.Length; i++)
        {
            AssertIs(vectors[i], texts[i]);
        }
    }

    [Fact]
    public async Task A_request_has_no_more_characters_than_endpoints_take()
    {
        var model = await OpenAsync();

        await model.EmbedMemoriesAsync([.. Enumerable.Repeat(new string('x', 50_000), 10)], CancellationToken.None);

        Assert.All(_endpoint.Requests, request => Assert.True(request["input"]!.AsArray().Sum(text => text!.GetValue<string>().Length) <= 200_000));
        Assert.Equal(2, _endpoint.Requests.Count - 1);
    }

    [Fact]
    public async Task What_is_only_busy_or_broken_is_asked_again_after_growing_pauses()
    {
        var model = await OpenAsync();
        foreach (var status in new[] { 429, 503, 0, 408, 500 })
        {
            _endpoint.Faults.Enqueue((status, null));
        }

        var vectors = await model.EmbedMemoriesAsync(["text"], CancellationToken.None);

        AssertIs(vectors[0], "text");
        Assert.Equal(5, _time.Pauses.Count);
        for (var i = 0; i < 5; i++)
        {
            var longest = TimeSpan.FromMilliseconds(250 * (1 << i));
            Assert.InRange(_time.Pauses[i], longest / 2, longest);
        }
    }

    [Theory]
    [InlineData("7")]
    [InlineData("Thu, 01 Jan 1970 00:00:07 GMT")]
    public async Task A_pause_is_as_long_as_the_endpoint_wants(string retryAfter)
    {
        var model = await OpenAsync();
        _endpoint.Faults.Enqueue((429, retryAfter));

        await model.EmbedMemoriesAsync(["text"], CancellationToken.None);

        Assert.Equal([TimeSpan.FromSeconds(7)], _time.Pauses);
    }

    [Fact]
    public async Task A_query_is_not_kept_waiting_for_longer_than_its_patience()
    {
        var model = await OpenAsync();
        _endpoint.Faults.Enqueue((429, "3600"));

        var failure = await Assert.ThrowsAsync<ModelUnavailableException>(() => model.EmbedQueryAsync("text", CancellationToken.None).AsTask());

        Assert.Contains("429", failure.Message);
        Assert.Empty(_time.Pauses);
    }

    [Theory]
    [InlineData(401, "SOMA_EMBEDDINGS_API_KEY")]
    [InlineData(403, "SOMA_EMBEDDINGS_API_KEY")]
    [InlineData(404, "SOMA_EMBEDDINGS_MODEL")]
    [InlineData(301, "address")]
    public async Task What_no_attempt_would_better_is_said_at_once_and_without_the_key(int status, string advice)
    {
        var model = await OpenAsync(options => options with { ApiKey = "sk-secret" });
        _endpoint.Faults.Enqueue((status, null));

        var failure = await Assert.ThrowsAsync<ModelUnavailableException>(() => model.EmbedMemoriesAsync(["text"], CancellationToken.None));

        Assert.Contains(advice, failure.Message);
        Assert.DoesNotContain("sk-secret", failure.ToString());
        Assert.DoesNotContain("sk-secret", (Options() with { ApiKey = "sk-secret" }).ToString());
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task A_refused_text_has_no_vector_and_its_neighbours_have_theirs()
    {
        _endpoint.Refuses = text => text == "bad";
        var model = await OpenAsync();

        var vectors = await model.EmbedMemoriesAsync(["one", "two", "bad", "four", " ", "six"], CancellationToken.None);

        Assert.Null(vectors[2]);
        Assert.Null(vectors[4]);
        foreach (var (i, text) in new[] { (0, "one"), (1, "two"), (3, "four"), (5, "six") })
        {
            AssertIs(vectors[i], text);
        }

        Assert.Null(await model.EmbedQueryAsync("bad", CancellationToken.None));
    }

    [Fact]
    public async Task Of_a_text_that_is_too_long_the_beginning_is_embedded()
    {
        _endpoint.Refuses = text => text.Length > 5_000;
        var model = await OpenAsync();

        var vectors = await model.EmbedMemoriesAsync([new string('x', 12_000)], CancellationToken.None);

        AssertIs(vectors[0], new string('x', 3_000));
    }

    [Fact]
    public async Task An_endpoint_that_refuses_every_text_is_unavailable_and_no_text_is_given_up()
    {
        var model = await OpenAsync();
        _endpoint.Refuses = _ => true;

        await Assert.ThrowsAsync<ModelUnavailableException>(() => model.EmbedMemoriesAsync(["one", "two"], CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"data":[{"index":0,"embedding":[1,2,3]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":"AADAfwAAwH8AAMB/AADAfw=="}]}""")]
    [InlineData("""{"data":[{"index":1,"embedding":[1,2,3,4]}]}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":["a"]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1e60,2,3,4]}]}""")]
    [InlineData("<html>")]
    public async Task What_is_no_vector_of_the_space_is_never_given_on(string body)
    {
        var model = await OpenAsync();
        _endpoint.Body = body;

        await Assert.ThrowsAsync<ModelUnavailableException>(() => model.EmbedMemoriesAsync(["text"], CancellationToken.None));
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_let_go()
    {
        var model = await OpenAsync();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.EmbedMemoriesAsync(["text"], gone.Token));
    }

    [Fact]
    public async Task The_generator_tells_queries_from_documents_by_their_input_type()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = await OpenAsync(options => options with { QueryPrefix = "q: ", DocumentPrefix = "d: " });

        var document = await generator.GenerateAsync(["text"]);
        var query = await generator.GenerateAsync(
            ["text"], new EmbeddingGenerationOptions { AdditionalProperties = new() { [EmbeddingInput.Property] = EmbeddingInput.Query } });

        AssertIs(document[0].Vector.ToArray(), "d: text");
        AssertIs(query[0].Vector.ToArray(), "q: text");
        Assert.Equal(_endpoint.Address, generator.GetService<EmbeddingGeneratorMetadata>()?.ProviderUri);
    }

    private EndpointOptions Options() => new() { Address = _endpoint.Address, Model = "tiny" };

    private Task<OpenAiSentenceModel> OpenAsync(Func<EndpointOptions, EndpointOptions>? change = null) =>
        OpenAiSentenceModel.OpenAsync(change?.Invoke(Options()) ?? Options(), _http, _time, CancellationToken.None);

    private void AssertIs(float[]? vector, string text)
    {
        var expected = _endpoint.VectorOf(text);
        Assert.NotNull(vector);
        Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 1e-5f);
        Assert.Equal(1, TensorPrimitives.CosineSimilarity<float>(vector, expected), 1e-5f);
    }
}
