using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Tests.Embeddings.Onnx;

/// <summary>The built-in sentence model, as it is delivered.</summary>
public sealed class OnnxSentenceModelTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "models", "all-minilm-l6-v2");
    private static readonly Lazy<OnnxSentenceModel> Loaded = new(() => new OnnxSentenceModel(Folder));
    private static readonly string Paragraph =
        string.Concat(Enumerable.Range(1, 40).Select(i => $"On day {i} Caroline baked {i} loaves of rye bread and wrote down who bought them. "));

    private static OnnxSentenceModel Model => Loaded.Value;

    public static TheoryData<string, int[], float[]> References() => ModelReferences.Of(Folder);

    [Theory]
    [MemberData(nameof(References), DisableDiscoveryEnumeration = true)]
    public void Token_ids_equal_the_models_own(string text, int[] ids, float[] vector)
    {
        Assert.Equal(384, vector.Length);
        var tokenizer = SentenceTokenizer.Read(new SentenceModelFolder(Folder));
        var made = new int[254];

        var count = tokenizer.Encode(text, made);

        int[] whole = [tokenizer.FirstId, .. made[..count], tokenizer.LastId];
        Assert.Equal(ids, whole);
    }

    [Theory]
    [MemberData(nameof(References), DisableDiscoveryEnumeration = true)]
    public async Task Vectors_equal_the_models_own(string text, int[] ids, float[] vector)
    {
        var made = await Model.EmbedQueryAsync(text, CancellationToken.None);

        if (ids.Length == 2)
        {
            Assert.Null(made);
            return;
        }

        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(made, vector), 0.999f, 1.001f);
        Assert.Equal(1, TensorPrimitives.Norm<float>(made), 1e-4f);
    }

    [Fact]
    public void It_is_used_as_the_files_beside_it_say()
    {
        var settings = SentenceModelSettings.Read(new SentenceModelFolder(Folder));

        Assert.Equal((Pooling.Mean, 256, "", ""), (settings.Pooling!.Value, settings.MaxTokens, settings.QueryPrefix, settings.DocumentPrefix));
        Assert.Equal(("all-minilm-l6-v2", 384, 1, true), (Model.ModelName, Model.Space.Dimension, Model.BatchSize, Model.IsLocal));
    }

    [Fact]
    public async Task A_memory_that_fits_has_the_vector_that_a_query_would_have()
    {
        var memories = await Model.EmbedMemoriesAsync(["I am allergic to peanuts.", "  "], CancellationToken.None);

        Assert.Equal(await Model.EmbedQueryAsync("I am allergic to peanuts.", CancellationToken.None), memories[0]);
        Assert.Null(memories[1]);
    }

    [Fact]
    public async Task What_lies_beyond_the_first_window_counts_in_a_memory_and_not_in_a_query()
    {
        const string Ending = "The peanut allergy was found in the hospital of Heidelberg.";

        var memories = await Model.EmbedMemoriesAsync([Paragraph, Paragraph + Ending], CancellationToken.None);
        var queries = new[] { await Embed(Paragraph), await Embed(Paragraph + Ending), await Embed(Ending) };

        Assert.Equal(queries[0], queries[1]);
        Assert.Equal(1, TensorPrimitives.Norm<float>(memories[1]), 1e-4f);
        Assert.True(Cosine(memories[1], queries[2]) > Cosine(memories[0], queries[2]));
    }

    [Fact]
    public async Task What_lies_beyond_the_last_window_counts_nowhere()
    {
        var book = string.Concat(Enumerable.Repeat(Paragraph, 8));

        var memories = await Model.EmbedMemoriesAsync([book, book + "peanuts"], CancellationToken.None);

        Assert.Equal(memories[0], memories[1]);
    }

    [Fact]
    public async Task Threads_at_once_get_the_vectors_they_would_get_alone()
    {
        var texts = Enumerable.Range(0, 16).Select(i => $"Memory {i}: {Paragraph[..(20 * (i + 1))]}").ToArray();
        var alone = await Model.EmbedMemoriesAsync(texts, CancellationToken.None);
        var together = new float[]?[texts.Length];

        Parallel.For(0, texts.Length, i => together[i] = Model.EmbedMemoriesAsync([texts[i]], CancellationToken.None).Result[0]);

        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task The_generator_gives_the_same_vectors_and_names_the_model()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = Model;

        var made = await generator.GenerateAsync(["peanut allergy", ""]);

        Assert.Equal(await Embed("peanut allergy"), made[0].Vector.ToArray());
        Assert.All(made[1].Vector.ToArray(), number => Assert.Equal(0, number));
        Assert.Equal("all-minilm-l6-v2", made[0].ModelId);
        Assert.Equal(384, generator.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelDimensions);
        Assert.Same(Model, generator.GetService<ISentenceModel>());
    }

    [Fact]
    public async Task It_shares_the_tables_space()
    {
        var table = new FastTableEmbedder(FastTableEmbedder.DefaultFolder());
        var question = new float[table.Dimension];
        table.TryEmbed("Which allergies do I have?", question);

        var memories = await Model.EmbedMemoriesAsync(["I told Sam that I'm allergic to peanuts.", "Caroline went to Berlin by train."], CancellationToken.None);

        Assert.True(Cosine(question, memories[0]) > Cosine(question, memories[1]) + 0.2f);
    }

    private static async Task<float[]> Embed(string query) => (await Model.EmbedQueryAsync(query, CancellationToken.None))!;

    private static float Cosine(float[]? left, float[]? right) => TensorPrimitives.CosineSimilarity<float>(left, right);
}
