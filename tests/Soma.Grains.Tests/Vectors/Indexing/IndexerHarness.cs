using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Vectors.Qdrant;
using Soma.Testing.Qdrant;
using Soma.Testing.Vectors;

namespace Soma.Grains.Tests.Vectors.Indexing;

/// <summary>A namespace, an indexer of it, and a Qdrant stub that fails as it is told to.</summary>
internal sealed class IndexerHarness : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private IndexerHarness(QdrantStub stub)
    {
        Stub = stub;
        Clock.SetUtcNow(Points.Now.ToDateTimeOffset());
        var options = new QdrantOptions
        {
            Url = stub.Url,
            FirstRetryDelay = TimeSpan.FromMilliseconds(1),
            // The stub always answers: this is for a machine so busy that the stub waits for its turn.
            AttemptTimeout = TimeSpan.FromMinutes(1),
            Deadline = TimeSpan.FromMilliseconds(200),
        };
        Index = new QdrantVectorIndex(_http, options, TimeProvider.System);
        Parts = new IndexerParts { Index = Index, Changes = Log, Vectors = Log, Cursors = Cursors, Clock = Clock, Options = new IndexerOptions { PageSize = 8 } };
        Indexer = NewIndexer();
    }

    public QdrantStub Stub { get; }

    public FakeTimeProvider Clock { get; } = new();

    public MemoryLog Log { get; } = new();

    public InMemoryIndexCursors Cursors { get; } = new();

    public IVectorIndex Index { get; }

    public IndexerParts Parts { get; }

    public long NamespaceId { get; } = Points.NewNamespace();

    public NamespaceIndexer Indexer { get; private set; }

    public static async Task<IndexerHarness> StartAsync() => new(await QdrantStub.StartAsync());

    /// <summary>As a silo that was killed, and another one that takes its namespace.</summary>
    public void RestartIndexer() => Indexer = NewIndexer();

    public NamespaceIndexer NewIndexer() => new(NamespaceId, Points.Space, Parts);

    public void Settle() => Clock.Advance(Parts.Options.SettleTime + TimeSpan.FromSeconds(1));

    /// <summary>One step, of which the tier's failures are part of the day's work.</summary>
    public async Task<IndexerState> StepAsync()
    {
        try
        {
            return await Indexer.StepAsync(default);
        }
        catch (VectorTierUnavailableException)
        {
            return IndexerState.Working;
        }
    }

    /// <summary>Steps until everything is indexed, suspects aside.</summary>
    public async Task FollowAsync()
    {
        while (await StepAsync() is IndexerState.Working or IndexerState.Replaced)
        {
        }
    }

    /// <summary>Steps until everything is indexed and nothing is suspect.</summary>
    public async Task CatchUpAsync()
    {
        while (await StepAsync() is var state && state != IndexerState.CaughtUp)
        {
            if (state == IndexerState.Settling)
            {
                Settle();
            }
        }
    }

    public async Task<IReadOnlyList<StoredPoint>> HeldAsync()
    {
        var points = new List<StoredPoint>();
        Guid? from = null;
        do
        {
            var page = await Index.ScrollAsync(Points.Space, NamespaceId, from, 100, default);
            points.AddRange(page.Points);
            from = page.Next;
        }
        while (from is not null);
        return [.. points.OrderBy(point => point.Coordinate)];
    }

    public async Task AssertEqualAsync() => Assert.Equal(Log.Expected(NamespaceId), await HeldAsync());

    public async Task AssertCaughtUpAsync()
    {
        await AssertEqualAsync();
        Assert.Equal(Log.Head, Indexer.Saved.LogSeq);
        Assert.Equal(Indexer.Saved, await Cursors.ReadAsync(NamespaceId, NamespaceIndexer.CursorOf(Points.Space.Name), default));
        Assert.Equal(Indexer.Saved, await Index.ReadMarkAsync(Points.Space, NamespaceId, default));
    }

    public async ValueTask DisposeAsync()
    {
        await Stub.DisposeAsync();
        _http.Dispose();
        Assert.Empty(Stub.Violations);
    }
}
