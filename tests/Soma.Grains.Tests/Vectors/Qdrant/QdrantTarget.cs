using Soma.Grains.Vectors.Qdrant;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Qdrant;

/// <summary>
/// What the suite runs against: the stub, or the Qdrant that <c>SOMA_QDRANT_CHECK_URL</c> names (with
/// <c>SOMA_QDRANT_CHECK_API_KEY</c>), in collections of this run's own.
/// </summary>
public sealed class QdrantTarget : IAsyncLifetime
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    public QdrantVectorIndex Index { get; private set; } = null!;

    public QdrantOptions Options { get; private set; } = null!;

    public HttpClient Http => _http;

    /// <summary>Null: a live Qdrant.</summary>
    public QdrantStub? Stub { get; private set; }

    public async Task InitializeAsync()
    {
        var live = Environment.GetEnvironmentVariable("SOMA_QDRANT_CHECK_URL") is { Length: > 0 } text ? new Uri(text) : null;
        Stub = live is null ? await QdrantStub.StartAsync("a key") : null;
        Options = new QdrantOptions
        {
            Url = live ?? Stub!.Url,
            ApiKey = live is null ? "a key" : Environment.GetEnvironmentVariable("SOMA_QDRANT_CHECK_API_KEY") is { Length: > 0 } key ? key : null,
            CollectionPrefix = $"soma-check-{Guid.NewGuid():N}",
        };
        Index = new QdrantVectorIndex(_http, Options, TimeProvider.System);
        await Index.EnsureAsync(Points.Space, default);
    }

    public async Task DisposeAsync()
    {
        using var delete = new HttpRequestMessage(HttpMethod.Delete, new Uri(Options.Url, $"/collections/{Options.CollectionPrefix}-letters-4"));
        delete.Headers.TryAddWithoutValidation("api-key", Options.ApiKey);
        (await _http.SendAsync(delete)).Dispose();
        if (Stub is { } stub)
        {
            await stub.DisposeAsync();
            Assert.Empty(stub.Violations);
        }

        _http.Dispose();
    }
}
