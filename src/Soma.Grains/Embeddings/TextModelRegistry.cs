using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Embeddings.OpenAi;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Searching;

namespace Soma.Grains.Embeddings;

/// <summary>The embedding models of a process. Each is loaded when it is first needed, and shared by all namespaces.</summary>
/// <remarks>
/// The built-in sentence model is closed when nobody used it for a while, and loaded again by its next text. Without a sentence
/// model the native runtime is never loaded. Safe for concurrent use.
/// </remarks>
public sealed class TextModelRegistry : IModelCatalog, IDisposable
{
    private static readonly string BuiltInName = EmbeddingSpace.BuiltIn.Name;

    private readonly EmbeddingsOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<HttpClient> _http = new(EndpointClient.Create);
    private readonly string _builtinFolder;
    private readonly LazySentenceModel _sentenceModel;
    private readonly TextModels _builtin;
    private readonly Lazy<TextModels> _folder;
    private readonly TextModels _fast;
    private TextModels? _endpoint;

    /// <param name="options">Which models the process uses.</param>
    /// <param name="table">The built-in table.</param>
    /// <param name="modelsFolder">The folder that holds the built-in sentence model's folder.</param>
    /// <param name="time">Measures the timeouts of an endpoint, and how long the sentence model was idle.</param>
    public TextModelRegistry(EmbeddingsOptions options, ITextEmbedder table, string modelsFolder, TimeProvider time)
    {
        _options = options;
        _time = time;
        _fast = new TextModels(table, null);
        _builtinFolder = Path.Combine(modelsFolder, BuiltInName);
        _sentenceModel = new LazySentenceModel(
            BuiltInName, EmbeddingSpace.BuiltIn, () => new OnnxSentenceModel(_builtinFolder, new SentenceModelOptions { Space = EmbeddingSpace.BuiltIn }),
            options.ModelIdleTime, time);
        _builtin = WithModel(_sentenceModel);
        _folder = new Lazy<TextModels>(() => WithModel(new OnnxSentenceModel(
            options.Folder ?? throw new InvalidOperationException("No folder was chosen."), options.FolderModel)));
    }

    /// <summary>The models of the process. A folder's model is loaded here if <see cref="OpenAsync"/> did not load it.</summary>
    /// <exception cref="InvalidDataException">The model's folder cannot be used.</exception>
    /// <exception cref="InvalidOperationException">The endpoint has not been opened by <see cref="OpenAsync"/>.</exception>
    public TextModels Default => _options.Kind switch
    {
        EmbeddingsKind.Builtin => _builtin,
        EmbeddingsKind.Fast => _fast,
        EmbeddingsKind.None => TextModels.None,
        EmbeddingsKind.Folder => _folder.Value,
        _ => _endpoint ?? throw new InvalidOperationException("The embeddings endpoint has not been opened."),
    };

    /// <summary>
    /// The models for a namespace's choice: <c>builtin</c>, <c>fast</c>, <c>none</c>; null: the models of the process. After <see
    /// cref="OpenAsync"/> this call loads nothing: the built-in sentence model is loaded with its first text.
    /// </summary>
    /// <exception cref="ArgumentException">There is no embedder of this name.</exception>
    public TextModels For(string? embedder) => embedder switch
    {
        null => Default,
        "builtin" => _builtin,
        "fast" => _fast,
        "none" => TextModels.None,
        _ => throw new ArgumentException($"There is no embedder '{embedder}'; known are builtin, fast and none.", nameof(embedder)),
    };

    /// <summary>
    /// Loads the models that the operator chose, and checks that the built-in one can be loaded, so that a wrong setting is
    /// reported at the start instead of in a search. The built-in model itself is loaded by its first text: an idle process
    /// would hold 180 MB for it, and each start would wait for it.
    /// </summary>
    /// <exception cref="InvalidDataException">The folder cannot be used, or its dimension differs from that of the declared
    /// space.</exception>
    /// <exception cref="ModelUnavailableException">The endpoint does not answer, or answers without vectors.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_options is { Kind: EmbeddingsKind.Endpoint, Endpoint: { } endpoint })
        {
            _endpoint ??= WithModel(await OpenAiSentenceModel.OpenAsync(endpoint, _http.Value, _time, cancellationToken));
        }

        if (_options.Kind == EmbeddingsKind.Builtin)
        {
            OnnxSentenceModel.Check(_builtinFolder);
            if (_options.AccurateQueries)
            {
                // Searches need the model, and none of them should wait half a second for it.
                _sentenceModel.LoadAndKeep();
            }
        }

        _ = Default;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The built-in model has the same space as the table, and the table can embed queries for that space without a model.
    /// </remarks>
    public ISentenceModel? Find(string space) => Default.Model is { } model && model.Space.Name == space ? model : null;

    public void Dispose()
    {
        _sentenceModel.Dispose();
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private TextModels WithModel(ISentenceModel model) =>
        _fast with { Model = new CachedQueries(model), AccurateQueries = _options.AccurateQueries };
}
