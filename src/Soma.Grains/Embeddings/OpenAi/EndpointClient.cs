namespace Soma.Grains.Embeddings.OpenAi;

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
