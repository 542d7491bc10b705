namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>Makes the HTTP client that endpoints are asked with.</summary>
public static class EndpointClient
{
    private const long LargestAnswer = 64 << 20;

    public static HttpClient Create() => new(Handler())
    {
        // Each attempt has a time-out of its own.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LargestAnswer,
    };

    private static SocketsHttpHandler Handler() => new()
    {
        // A redirected POST comes out as a GET without its texts, or takes the key elsewhere.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // The host's addresses may change while the process lives.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}
