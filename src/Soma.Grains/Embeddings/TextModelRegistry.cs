using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Embeddings.OpenAi;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;

namespace Soma.Grains.Embeddings;

/// <summary>The models of a process, each loaded once, when it is first asked for, and shared by all namespaces.</summary>
/// <remarks>Without a sentence model the native runtime is never loaded. Safe for any number of threads.</remarks>
public sealed class TextModelRegistry : IModelCatalog, IDisposable
{
    private static readonly string BuiltInName = EmbeddingSpace.BuiltIn.Name;

    private readonly EmbeddingsOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<HttpClient> _http = new(EndpointClient.Create);
    private readonly LazySentenceModel _sentenceModel;
    private readonly TextModels _builtin;
    private readonly Lazy<TextModels> _folder;
    private readonly TextModels _fast;
    private TextModels? _endpoint;

    /// <param name="options">What the process was told.</param>
    /// <param name="table">The built-in table.</param>
    /// <param name="modelsFolder">Where the built-in sentence model's folder lies.</param>
    /// <param name="time">Measures an endpoint's pauses.</param>
    public TextModelRegistry(EmbeddingsOptions options, ITextEmbedder table, string modelsFolder, TimeProvider time)
    {
        _options = options;
        _time = time;
        _fast = new TextModels(table, null);
        _sentenceModel = new LazySentenceModel(BuiltInName, EmbeddingSpace.BuiltIn, () => new OnnxSentenceModel(
            Path.Combine(modelsFolder, BuiltInName), new SentenceModelOptions { Space = EmbeddingSpace.BuiltIn }));
        _builtin = WithModel(_sentenceModel);
        _folder = new Lazy<TextModels>(() => WithModel(new OnnxSentenceModel(
            options.Folder ?? throw new InvalidOperationException("No folder was chosen."), options.FolderModel)));
    }

    /// <summary>The process's choice. Loads a folder's model where <see cref="OpenAsync"/> did not.</summary>
    /// <exception cref="InvalidDataException">The model's folder cannot be used.</exception>
    /// <exception cref="InvalidOperationException">An endpoint that nobody has opened.</exception>
    public TextModels Default => _options.Kind switch
    {
        EmbeddingsKind.Builtin => _builtin,
        EmbeddingsKind.Fast => _fast,
        EmbeddingsKind.None => TextModels.None,
        EmbeddingsKind.Folder => _folder.Value,
        _ => _endpoint ?? throw new InvalidOperationException("The embeddings endpoint has not been opened."),
    };

    /// <summary>
    /// What a namespace asks for: <c>builtin</c>, <c>fast</c>, <c>none</c>; null: the process's choice. Once that is opened,
    /// asking loads nothing: the built-in sentence model is then loaded by its first text.
    /// </summary>
    /// <exception cref="ArgumentException">No such name.</exception>
    public TextModels For(string? embedder) => embedder switch
    {
        null => Default,
        "builtin" => _builtin,
        "fast" => _fast,
        "none" => TextModels.None,
        _ => throw new ArgumentException($"There is no embedder '{embedder}'; known are builtin, fast and none.", nameof(embedder)),
    };

    /// <summary>Loads the process's choice, so that what is wrong with it shows at the start and not in a search.</summary>
    /// <exception cref="InvalidDataException">A folder that cannot be used, or a dimension that is not the declared space's.</exception>
    /// <exception cref="ModelUnavailableException">The endpoint does not answer, or not with vectors.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_options is { Kind: EmbeddingsKind.Endpoint, Endpoint: { } endpoint })
        {
            _endpoint ??= WithModel(await OpenAiSentenceModel.OpenAsync(endpoint, _http.Value, _time, cancellationToken));
        }

        if (_options.Kind == EmbeddingsKind.Builtin)
        {
            _sentenceModel.Load();
        }

        _ = Default;
    }

    /// <inheritdoc/>
    /// <remarks>The built-in model's space is the table's, which needs no model to be searched.</remarks>
    public ISentenceModel? Find(string space) => Default.Model is { } model && model.Space.Name == space ? model : null;

    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private TextModels WithModel(ISentenceModel model) =>
        _fast with { Model = new CachedQueries(model), AccurateQueries = _options.AccurateQueries };
}
