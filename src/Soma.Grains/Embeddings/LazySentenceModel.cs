using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings;

/// <summary>
/// A sentence model that is loaded when it embeds a text, and closed when it embedded none for a while. Loading takes about a
/// second, and the loaded model holds more memory than the rest of an idle process. Choosing the model costs nothing, so a
/// namespace's grain may choose it during a turn.
/// </summary>
/// <remarks>
/// Safe for concurrent use. The model is closed only while no call uses it: closing the native session during a run would crash
/// the process.
/// </remarks>
internal sealed class LazySentenceModel : ISentenceModel, IDisposable
{
    private readonly Func<ISentenceModel> _load;
    private readonly TimeSpan _idleTime;
    private readonly Lock _lock = new();
    private readonly ITimer _idle;
    private ISentenceModel? _model;
    private int _users;
    private bool _isKept;

    /// <param name="name">The name of the model.</param>
    /// <param name="space">The space of the model.</param>
    /// <param name="load">Loads a local model of that space, which is closed by its <see cref="IDisposable"/>.</param>
    /// <param name="idleTime">How long a loaded model waits for its next text before it is closed.</param>
    /// <param name="time">Measures how long the model was idle.</param>
    public LazySentenceModel(string name, EmbeddingSpace space, Func<ISentenceModel> load, TimeSpan idleTime, TimeProvider time)
    {
        ModelName = name;
        Space = space;
        _load = load;
        _idleTime = idleTime;
        _idle = time.CreateTimer(static model => ((LazySentenceModel)model!).CloseIfUnused(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string ModelName { get; }

    public EmbeddingSpace Space { get; }

    public int BatchSize => 1;

    public bool IsLocal => true;

    public async Task<IReadOnlyList<float[]?>> EmbedMemoriesAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var model = Enter();
        try
        {
            return await model.EmbedMemoriesAsync(texts, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    public async ValueTask<float[]?> EmbedQueryAsync(string query, CancellationToken cancellationToken)
    {
        var model = Enter();
        try
        {
            return await model.EmbedQueryAsync(query, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Loads the model now, and keeps it until the process ends.</summary>
    /// <exception cref="ModelUnavailableException">The model cannot be loaded.</exception>
    public void LoadAndKeep()
    {
        lock (_lock)
        {
            _isKept = true;
            _model ??= LoadNow();
        }
    }

    /// <summary>Closes the model if no call uses it; a call under way closes nothing when it ends.</summary>
    public void Dispose()
    {
        _idle.Dispose();
        _isKept = false;
        CloseIfUnused();
    }

    private ISentenceModel Enter()
    {
        lock (_lock)
        {
            var model = _model ??= LoadNow();
            _users++;
            return model;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _users--;
            _idle.Change(_idleTime, Timeout.InfiniteTimeSpan);
        }
    }

    private void CloseIfUnused()
    {
        lock (_lock)
        {
            if (_isKept || _users > 0 || _model is not { } model)
            {
                return;
            }

            _model = null;
            (model as IDisposable)?.Dispose();
        }

        NativeHeap.ReturnFreePages();
    }

    private ISentenceModel LoadNow()
    {
        try
        {
            return _load();
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException
            or TypeInitializationException or DllNotFoundException)
        {
            throw new ModelUnavailableException($"The sentence model {ModelName} cannot be loaded: {failure.Message}", failure);
        }
    }
}
