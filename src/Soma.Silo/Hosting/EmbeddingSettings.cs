using Soma.Grains.Embeddings;
using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Embeddings.OpenAi;
using Soma.Grains.Engine.Embedding;

namespace Soma.Silo.Hosting;

/// <summary>
/// Reads which models embed texts: <c>SOMA_EMBEDDINGS</c>, the variables that begin with <c>SOMA_EMBEDDINGS_</c>, and
/// <c>SOMA_QUERY_EMBEDDING</c>.
/// </summary>
public static class EmbeddingSettings
{
    public const string Variable = "SOMA_EMBEDDINGS";

    private const string ModelVariable = "SOMA_EMBEDDINGS_MODEL";
    private const int LongestModelName = 100;

    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    /// <exception cref="StartupException">The file with the API key cannot be read or is empty.</exception>
    public static EmbeddingsOptions Read(SettingsReader settings)
    {
        var options = new EmbeddingsOptions { AccurateQueries = ReadAccurate(settings) };
        return settings.Text(Variable) switch
        {
            null or "builtin" => options,
            "fast" => options with { Kind = EmbeddingsKind.Fast },
            "none" => options with { Kind = EmbeddingsKind.None },
            { } text when ReadUrl(text) is { } url =>
                options with { Kind = EmbeddingsKind.Endpoint, Endpoint = ReadEndpoint(settings, url) },
            { } text when Directory.Exists(text) =>
                options with { Kind = EmbeddingsKind.Folder, Folder = Path.GetFullPath(text), FolderModel = ReadFolderModel(settings) },
            _ => throw new InvalidSettingException(
                Variable, "must be builtin, fast, none, the folder of an ONNX sentence model, or the http(s) URL of an OpenAI-compatible endpoint."),
        };
    }

    private static bool ReadAccurate(SettingsReader settings) => settings.Text("SOMA_QUERY_EMBEDDING") switch
    {
        null or "fast" => false,
        "accurate" => true,
        _ => throw new InvalidSettingException("SOMA_QUERY_EMBEDDING", "must be fast or accurate."),
    };

    private static Uri? ReadUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return null;
        }

        // The address appears in logs and error messages, so it must not hold a password.
        return url.UserInfo.Length == 0
            ? url
            : throw new InvalidSettingException(Variable, "must not hold a user or password; set SOMA_EMBEDDINGS_API_KEY.");
    }

    private static EndpointOptions ReadEndpoint(SettingsReader settings, Uri url)
    {
        var dimensions = settings.WholeNumber("SOMA_EMBEDDINGS_DIMENSIONS", 0, 1, 65_536);
        return new EndpointOptions
        {
            Address = url,
            Model = ReadModelName(settings),
            Dimensions = dimensions == 0 ? null : dimensions,
            ApiKey = ReadKey(settings),
            QueryPrefix = settings.Verbatim("SOMA_EMBEDDINGS_QUERY_PREFIX") ?? "",
            DocumentPrefix = settings.Verbatim("SOMA_EMBEDDINGS_DOCUMENT_PREFIX") ?? "",
            Space = ReadSpace(settings),
        };
    }

    private static SentenceModelOptions ReadFolderModel(SettingsReader settings) => new()
    {
        QueryPrefix = settings.Verbatim("SOMA_EMBEDDINGS_QUERY_PREFIX"),
        DocumentPrefix = settings.Verbatim("SOMA_EMBEDDINGS_DOCUMENT_PREFIX"),
        Space = ReadSpace(settings),
    };

    private static string ReadModelName(SettingsReader settings) => settings.Text(ModelVariable) switch
    {
        null => throw new InvalidSettingException(ModelVariable, $"must be set where {Variable} is a URL."),
        { Length: <= LongestModelName } name when name.All(c => c is > ' ' and <= '~') => name,
        _ => throw new InvalidSettingException(ModelVariable, $"must be at most {LongestModelName} ASCII characters without blanks."),
    };

    // An HTTP header cannot carry other characters. Without this check the failure would appear only with the first
    // request.
    private static string? ReadKey(SettingsReader settings) => SecretSetting.Read(settings, "SOMA_EMBEDDINGS_API_KEY")?.Value switch
    {
        null => null,
        { } key when key.All(c => c is > ' ' and <= '~') => key,
        _ => throw new InvalidSettingException("SOMA_EMBEDDINGS_API_KEY", "must be ASCII without blanks."),
    };

    private static EmbeddingSpace? ReadSpace(SettingsReader settings)
    {
        var builtin = EmbeddingSpace.BuiltIn;
        return settings.Text("SOMA_EMBEDDINGS_SPACE") is not { } name ? null
            : name == builtin.Name ? builtin
            : throw new InvalidSettingException("SOMA_EMBEDDINGS_SPACE", $"can only be {builtin.Name}; without it a model has a space of its own.");
    }
}
