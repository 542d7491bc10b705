using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Engine.Tier.Indexing;

namespace Soma.Grains.Engine.Tier;

/// <summary>Runs the indexers that copy one large namespace to the vector tier: one for its texts, one for its brought vectors.</summary>
/// <remarks>All methods run on the grain's turn. The indexers run on other threads until the activation ends.</remarks>
internal sealed class TierIndexers(EngineServices services, NamespaceOwner owner, NamespaceConfiguration configuration) : IDisposable
{
    private readonly Pulse _written = new();
    private CancellationTokenSource _stopping = new();
    private TextModels? _models;
    private bool _isBroughtText;
    private string? _cursor;
    private bool _isDisposed;

    /// <summary>The indexer of the texts; null: none runs.</summary>
    public NamespaceIndexer? Texts { get; private set; }

    /// <summary>The indexer of the brought vectors; null: there are none.</summary>
    public NamespaceIndexer? Brought { get; private set; }

    public EmbeddingSpace? TextSpace { get; private set; }

    public EmbeddingSpace? BroughtSpace { get; private set; }

    /// <summary>Starts the indexers that are missing, and tells those that run that something may have been written.</summary>
    public void Wake()
    {
        if (_isDisposed || services.Vectors is not { } tier || owner.Current is not { } owned || configuration.Models.Target is not { } target)
        {
            return;
        }

        var cursor = configuration.TierCursorOf(target);
        if (!ReferenceEquals(_models, configuration.Models) || _isBroughtText != configuration.IsBroughtText || _cursor != cursor)
        {
            Stop();
            (_models, _isBroughtText, _cursor) = (configuration.Models, configuration.IsBroughtText, cursor);
        }

        if (Texts is null)
        {
            TextSpace = target;
            var source = new TextVectorSource(
                services.Embeddings, configuration.Models, configuration.IsBroughtText, configuration.CursorOf(target));
            Texts = Start(owned, target, source, tier, indexesWords: true);
        }

        if (Brought is null && owned.BroughtDimension is { } dimension)
        {
            BroughtSpace = BroughtVectorSource.SpaceOf(dimension);
            Brought = Start(owned, BroughtSpace, new BroughtVectorSource(), tier, indexesWords: false);
        }

        _written.Set();
    }

    /// <summary>Stops the indexers. They finish the request that they are sending.</summary>
    public void Stop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _stopping = new CancellationTokenSource();
        (Texts, Brought, _models) = (null, null, null);
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _stopping.Cancel();
            _stopping.Dispose();
        }
    }

    private NamespaceIndexer Start(Ownership owned, EmbeddingSpace space, IVectorSource vectors, IVectorIndex tier, bool indexesWords)
    {
        var options = services.Options.Indexer with { IndexesWords = indexesWords };
        var indexer = new NamespaceIndexer(owned.Id, space, new IndexerParts
        {
            Index = tier,
            Changes = new StoreChangeSource(services.Store),
            Vectors = vectors,
            Cursors = services.VectorCursors,
            Cursor = configuration.TierCursorOf(space),
            Fields = configuration.Fields,
            Clock = services.Clock,
            Options = options,
        });
        var loop = new IndexerLoop(indexer, options, (time, stopped) => _written.WaitAsync(time, services.Clock, stopped), OnFailure);
        var stopping = _stopping.Token;
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => RunAsync(loop, stopping), CancellationToken.None);
        }

        return indexer;
    }

    private async Task RunAsync(IndexerLoop loop, CancellationToken stopped)
    {
        try
        {
            await loop.RunAsync(stopped);
        }
        catch (Exception e) when (!stopped.IsCancellationRequested)
        {
            // This is a defect. Searches go on without the tier, and the next activation starts the indexer again.
            services.Instruments.Tier.OnFailure();
            Log.IndexerBroke(services.Logger, e);
        }
    }

    private void OnFailure(Exception failure)
    {
        services.Instruments.Tier.OnFailure();
        Log.TierFailed(services.Logger, failure.Message);
    }
}

/// <summary>A wait that ends early when something happens. Thread-safe.</summary>
internal sealed class Pulse
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Ends the waits that are under way.</summary>
    public void Set()
    {
        var ended = _next;
        _next = New();
        ended.TrySetResult();
    }

    /// <summary>Waits for that time, or until the next <see cref="Set"/>.</summary>
    public async Task WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(time, clock, either.Token), _next.Task);
        await either.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
