using Soma.Grains.Vectors.Qdrant;
using Soma.Hosting;
using Soma.Silo.Hosting;

namespace Soma.Silo.Tests.Hosting;

public sealed class QdrantSettingsTests
{
    [Fact]
    public void Without_settings_there_is_no_Qdrant() => Assert.Null(Read(("QDRANT_PORT", "6333"), ("SOMA_QDRANT_API_KEY", "key")));

    [Fact]
    public void A_url_is_taken_with_its_path()
    {
        var options = Read(("SOMA_QDRANT_URL", "https://example.org/qdrant"), ("SOMA_QDRANT_API_KEY", "key"), ("QDRANT_HOST", "elsewhere"));

        Assert.Equal(("https://example.org/qdrant", "key"), (options!.Url.ToString(), options.ApiKey));
    }

    [Fact]
    public void A_host_is_enough()
    {
        Assert.Equal("http://qdrant:6333/", Read(("QDRANT_HOST", "qdrant"))!.Url.ToString());
        Assert.Equal("https://here:7000/", Read(
            ("QDRANT_HOST", "there"), ("SOMA_QDRANT_HOST", "here"), ("QDRANT_PORT", "1"), ("SOMA_QDRANT_PORT", "7000"), ("QDRANT_TLS", "true"))!.Url.ToString());
    }

    [Fact]
    public void Collections_are_named_after_the_service_unless_told_otherwise()
    {
        Assert.Equal("soma", Read(("QDRANT_HOST", "qdrant"))!.CollectionPrefix);
        Assert.Equal("blue", Read(("QDRANT_HOST", "qdrant"), ("SOMA_SERVICE_ID", "blue"))!.CollectionPrefix);
        Assert.Equal("green", Read(("QDRANT_HOST", "qdrant"), ("SOMA_SERVICE_ID", "blue"), ("SOMA_QDRANT_PREFIX", "green"))!.CollectionPrefix);
    }

    [Fact]
    public void The_key_can_be_read_from_a_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "from the file\n");

        Assert.Equal("from the file", Read(("QDRANT_HOST", "qdrant"), ("SOMA_QDRANT_API_KEY_FILE", file), ("SOMA_QDRANT_API_KEY", "other"))!.ApiKey);
        File.Delete(file);
    }

    [Theory]
    [InlineData("SOMA_QDRANT_URL", "qdrant:6333")]
    [InlineData("SOMA_QDRANT_URL", "http://user:secret@qdrant")]
    [InlineData("QDRANT_PORT", "many")]
    [InlineData("QDRANT_TLS", "perhaps")]
    [InlineData("SOMA_QDRANT_PREFIX", "a/b")]
    [InlineData("SOMA_QDRANT_TIMEOUT_SECONDS", "0")]
    public void An_unreadable_value_is_named_and_not_repeated(string variable, string value)
    {
        var failure = Assert.Throws<InvalidSettingException>(() => Read(("QDRANT_HOST", "qdrant"), (variable, value)));

        Assert.Equal(variable, failure.Variable);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    private static QdrantOptions? Read(params (string Name, string Value)[] variables) =>
        QdrantSettings.Read(new SettingsReader(name => variables.FirstOrDefault(variable => variable.Name == name).Value));
}
