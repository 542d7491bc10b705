using Soma.Grains.Embeddings;
using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Embeddings.OpenAi;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Tests.Embeddings.Onnx;
using Soma.Grains.Tests.Embeddings.OpenAi;

namespace Soma.Grains.Tests.Embeddings;

public sealed class TextModelRegistryTests
{
    private const string NoFolder = "/nowhere";

    private static readonly FastTableEmbedder Table = new(FastTableEmbedder.DefaultFolder());
    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "models");

    [Fact]
    public async Task The_built_in_pair_is_loaded_once_and_shares_one_space()
    {
        using var registry = new TextModelRegistry(new EmbeddingsOptions(), Table, Models, TimeProvider.System);

        await registry.OpenAsync(CancellationToken.None);

        var models = registry.For(null);
        Assert.Same(Table, models.Table);
        Assert.Equal(EmbeddingSpace.BuiltIn, models.Model?.Space);
        Assert.False(models.AccurateQueries);
        Assert.Same(models, registry.For("builtin"));
        Assert.NotNull(await models.Model!.EmbedQueryAsync("peanuts", CancellationToken.None));
    }

    [Theory]
    [InlineData(EmbeddingsKind.Fast, true)]
    [InlineData(EmbeddingsKind.None, false)]
    public async Task Without_a_sentence_model_none_is_looked_for(EmbeddingsKind kind, bool hasTable)
    {
        using var registry = new TextModelRegistry(
            new EmbeddingsOptions { Kind = kind, AccurateQueries = true }, Table, NoFolder, TimeProvider.System);

        await registry.OpenAsync(CancellationToken.None);

        Assert.Equal((hasTable, false), (registry.Default.Table is not null, registry.Default.AccurateQueries));
        Assert.Null(registry.Default.Model);
    }

    [Fact]
    public void A_namespace_may_choose_another_than_the_process()
    {
        using var registry = new TextModelRegistry(
            new EmbeddingsOptions { Kind = EmbeddingsKind.None, AccurateQueries = true }, Table, Models, TimeProvider.System);

        Assert.Null(registry.For(null).Table);
        Assert.Null(registry.For("fast").Model);
        Assert.Same(Table, registry.For("fast").Table);
        Assert.True(registry.For("builtin").AccurateQueries);
        Assert.Null(registry.For("none").Table);
        Assert.Throws<ArgumentException>(() => registry.For("best"));
    }

    [Fact]
    public async Task A_model_that_only_a_namespace_chose_is_loaded_by_its_first_text()
    {
        using var registry = new TextModelRegistry(new EmbeddingsOptions { Kind = EmbeddingsKind.Fast }, Table, NoFolder, TimeProvider.System);
        await registry.OpenAsync(CancellationToken.None);

        var model = registry.For("builtin").Model!;

        Assert.Equal((EmbeddingSpace.BuiltIn, "all-minilm-l6-v2"), (model.Space, model.ModelName));
        await Assert.ThrowsAsync<ModelUnavailableException>(() => model.EmbedMemoriesAsync(["text"], CancellationToken.None));
    }

    [Fact]
    public async Task A_missing_model_shows_at_the_start()
    {
        using var registry = new TextModelRegistry(new EmbeddingsOptions(), Table, NoFolder, TimeProvider.System);

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => registry.OpenAsync(CancellationToken.None));

        Assert.Contains("model.onnx", failure.Message);
    }

    [Fact]
    public async Task A_folders_model_joins_the_table_in_a_space_of_its_own()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel();
        using var registry = new TextModelRegistry(
            new EmbeddingsOptions { Kind = EmbeddingsKind.Folder, Folder = folder.Path, FolderModel = new SentenceModelOptions() },
            Table, NoFolder, TimeProvider.System);

        await registry.OpenAsync(CancellationToken.None);

        Assert.Same(Table, registry.Default.Table);
        Assert.StartsWith("folder:compass:", registry.Default.Model?.Space.Name);
    }

    [Fact]
    public async Task An_endpoints_model_is_there_once_it_has_answered()
    {
        using var endpoint = new FakeEndpoint();
        using var registry = new TextModelRegistry(
            new EmbeddingsOptions { Kind = EmbeddingsKind.Endpoint, Endpoint = new EndpointOptions { Address = endpoint.Address, Model = "tiny" } },
            Table, NoFolder, new ImpatientTime());

        Assert.Throws<InvalidOperationException>(() => registry.Default);
        await registry.OpenAsync(CancellationToken.None);

        Assert.Equal(4, registry.Default.Model?.Space.Dimension);
    }
}
