using Soma.Grains.Embeddings;
using Soma.Grains.Engine.Embedding;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Silo.Tests.Hosting;

public sealed class EmbeddingSettingsTests
{
    private const string Url = "https://models.example.org/v1";

    [Theory]
    [InlineData(null, EmbeddingsKind.Builtin)]
    [InlineData("builtin", EmbeddingsKind.Builtin)]
    [InlineData("fast", EmbeddingsKind.Fast)]
    [InlineData("none", EmbeddingsKind.None)]
    public void The_built_in_models_are_chosen_by_name(string? value, EmbeddingsKind kind)
    {
        var options = Read(("SOMA_EMBEDDINGS", value));

        Assert.Equal((kind, false), (options.Kind, options.AccurateQueries));
    }

    [Fact]
    public void A_folder_is_chosen_by_its_path()
    {
        var options = Read(
            ("SOMA_EMBEDDINGS", AppContext.BaseDirectory), ("SOMA_EMBEDDINGS_QUERY_PREFIX", "query: "), ("SOMA_EMBEDDINGS_SPACE", "all-minilm-l6-v2"));

        Assert.Equal((EmbeddingsKind.Folder, AppContext.BaseDirectory), (options.Kind, options.Folder));
        Assert.Equal(("query: ", null, EmbeddingSpace.BuiltIn), (options.FolderModel.QueryPrefix, options.FolderModel.DocumentPrefix, options.FolderModel.Space));
    }

    [Fact]
    public void An_endpoint_is_chosen_by_its_address()
    {
        var options = Read(
            ("SOMA_EMBEDDINGS", Url), ("SOMA_EMBEDDINGS_MODEL", "e5"), ("SOMA_EMBEDDINGS_DIMENSIONS", "256"),
            ("SOMA_EMBEDDINGS_API_KEY", "sk-1"), ("SOMA_EMBEDDINGS_DOCUMENT_PREFIX", "passage: "), ("SOMA_QUERY_EMBEDDING", "accurate"));

        Assert.Equal((EmbeddingsKind.Endpoint, true), (options.Kind, options.AccurateQueries));
        var endpoint = options.Endpoint!;
        Assert.Equal((new Uri(Url), "e5", 256, "sk-1"), (endpoint.Address, endpoint.Model, endpoint.Dimensions!.Value, endpoint.ApiKey));
        Assert.Equal(("", "passage: ", null), (endpoint.QueryPrefix, endpoint.DocumentPrefix, endpoint.Space));
    }

    [Theory]
    [InlineData("SOMA_EMBEDDINGS", "/no/such/folder")]
    [InlineData("SOMA_EMBEDDINGS", "best")]
    [InlineData("SOMA_EMBEDDINGS", "ftp://models.example.org")]
    [InlineData("SOMA_EMBEDDINGS", "https://user:password@models.example.org/v1")]
    [InlineData("SOMA_EMBEDDINGS_MODEL", null)]
    [InlineData("SOMA_EMBEDDINGS_MODEL", "two words")]
    [InlineData("SOMA_EMBEDDINGS_DIMENSIONS", "0")]
    [InlineData("SOMA_EMBEDDINGS_SPACE", "mine")]
    [InlineData("SOMA_EMBEDDINGS_API_KEY", "two words")]
    [InlineData("SOMA_QUERY_EMBEDDING", "exact")]
    public void A_missing_or_invalid_value_is_named_but_not_shown(string variable, string? value)
    {
        var failure = Assert.Throws<InvalidSettingException>(() => Read((variable, value), ("SOMA_EMBEDDINGS", Url), ("SOMA_EMBEDDINGS_MODEL", "e5")));

        Assert.Equal(variable, failure.Variable);
        Assert.DoesNotContain("password@", failure.Message);
    }

    [Fact]
    public void The_key_is_read_from_a_file_before_the_variable()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "sk-file\n");

        var options = Read(
            ("SOMA_EMBEDDINGS", Url), ("SOMA_EMBEDDINGS_MODEL", "e5"), ("SOMA_EMBEDDINGS_API_KEY", "sk-variable"), ("SOMA_EMBEDDINGS_API_KEY_FILE", file));

        File.Delete(file);
        Assert.Equal("sk-file", options.Endpoint?.ApiKey);
    }

    private static EmbeddingsOptions Read(params (string Name, string? Value)[] variables) =>
        EmbeddingSettings.Read(new SettingsReader(name => variables.FirstOrDefault(variable => variable.Name == name).Value));
}
