using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>An endpoint with OpenAI's embeddings API, and the timeouts and retries of requests to it.</summary>
public sealed record EndpointOptions
{
    /// <summary>The base address, e.g. <c>https://host/v1</c>; <c>/embeddings</c> is added to its path.</summary>
    public required Uri Address { get; init; }

    /// <summary>The name of the model at the endpoint: printable ASCII, at most 100 characters.</summary>
    public required string Model { get; init; }

    /// <summary>How many numbers a vector should have; null: as many as the model makes.</summary>
    public int? Dimensions { get; init; }

    /// <summary>The API key, sent as the bearer token. It is never logged.</summary>
    public string? ApiKey { get; init; }

    public string QueryPrefix { get; init; } = "";

    public string DocumentPrefix { get; init; } = "";

    /// <summary>The space that the model is declared to share; null: a space of its own, named after host and model.</summary>
    public EmbeddingSpace? Space { get; init; }

    /// <summary>The timeout of one request.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The deadline for embedding memories, counted from the first request.</summary>
    public TimeSpan DocumentTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The deadline for embedding a query. It is short, because a client waits for the search.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a start waits for the first answer, from which the dimension is read.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The delay before the second request. It doubles with each further request and is shortened at random by up to half.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    // The generated ToString of a record would print every member, including the API key.
    public override string ToString() => $"{Model} at {Address.Host}";
}

/// <summary>Creates the HTTP client for embeddings endpoints.</summary>
public static class EndpointClient
{
    private const long LargestAnswer = 64 << 20;

    public static HttpClient Create() => new(Handler())
    {
        // Each attempt sets its own timeout.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    private static SocketsHttpHandler Handler() => new()
    {
        // A redirected POST would become a GET without its texts, or would send the API key to another host.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // Connections are replaced, because the addresses of the host may change while the process runs.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
