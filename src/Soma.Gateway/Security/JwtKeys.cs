using System.Diagnostics.CodeAnalysis;

namespace Soma.Gateway.Security;

/// <summary>Keeps the issuer's keys, and fetches them again from time to time and when a token names a key that is not known.</summary>
/// <remarks>
/// While the issuer is away, the known keys go on working, the process starts all the same, and <c>GET /health</c> says
/// <c>degraded</c>. However many tokens name unknown keys, the issuer is asked at most once in <see cref="Pause"/>.
/// </remarks>
[SuppressMessage("Usage", "CA1001", Justification = "The HTTP client lives as long as the process.")]
internal sealed class JwtKeys(JwtOptions options, TimeProvider clock, ILogger<JwtKeys> logger) : BackgroundService, IGatewayComponent
{
    /// <summary>The shortest time between two requests to the issuer for its keys.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // Without any key no token of the issuer works, so a start does not wait as long for its second try.
    private static readonly TimeSpan PauseWithoutKeys = TimeSpan.FromSeconds(1);

    private const int LargestAnswer = 1 << 20;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = LargestAnswer,
    };

    private readonly Lock _gate = new();
    private Task _refresh = Task.CompletedTask;
    private long? _askedAt;
    private volatile JwtKeySet? _current;
    private volatile string? _failure = "not fetched yet";

    /// <summary>The keys that tokens are checked with now; null: none could be fetched yet.</summary>
    public JwtKeySet? Current => _current;

    private TimeSpan RetryAfter => _current is null ? PauseWithoutKeys : Pause;

    public ComponentHealth Health
    {
        get
        {
            var (keys, failure) = (_current, _failure);
            return new ComponentHealth("jwt", failure is null, 0, $"{keys?.Count ?? 0} keys{(failure is null ? "" : $", and the last refresh failed: {failure}")}");
        }
    }

    /// <summary>
    /// Fetches the keys, unless that was begun less than <see cref="Pause"/> ago, or a second ago where no keys are known. The task ends when the fetch under way, if there
    /// is one, has ended; it never fails.
    /// </summary>
    public Task RefreshAsync()
    {
        lock (_gate)
        {
            if (_refresh.IsCompleted && !(_askedAt is { } last && clock.GetElapsedTime(last) < RetryAfter))
            {
                _askedAt = clock.GetTimestamp();
                _refresh = Task.Run(TryLoadAsync);
            }

            return _refresh;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await RefreshAsync();
            await Task.Delay(_failure is null ? options.RefreshInterval : RetryAfter, clock, stoppingToken);
        }
    }

    private async Task TryLoadAsync()
    {
        try
        {
            var text = await LoadAsync();
            // Equal text keeps the old set, and with it every token that was checked with its keys.
            if (_current?.Text != text)
            {
                _current = JwtKeySet.Parse(text);
                Log.JwtKeysRead(logger, _current.Count);
            }

            _failure = null;
        }
        // The boundary of the loop: whatever the issuer answers, or does not answer, the known keys go on working.
        catch (Exception e)
        {
            // The text of the failure may hold addresses that the public GET /health must not show.
            _failure = e is FormatException ? e.Message : e.GetType().Name;
            Log.JwtKeysFailed(logger, e);
        }
    }

    private async Task<string> LoadAsync()
    {
        if (options.KeyFile is { } file)
        {
            return await File.ReadAllTextAsync(file);
        }

        return await FetchAsync(options.JwksUrl ?? await DiscoverAsync());
    }

    private async Task<Uri> DiscoverAsync()
    {
        using var document = JsonDocument.Parse(await FetchAsync(new Uri(options.Issuer.TrimEnd('/') + "/.well-known/openid-configuration")));
        if (document.RootElement.GetProperty("issuer").GetString() != options.Issuer)
        {
            throw new FormatException("the discovery document names another issuer than SOMA_JWT_ISSUER");
        }

        return Uri.TryCreate(document.RootElement.GetProperty("jwks_uri").GetString(), UriKind.Absolute, out var address) && options.MayFetch(address)
            ? address
            : throw new FormatException("the discovery document names no https address of keys");
    }

    private async Task<string> FetchAsync(Uri address)
    {
        using var response = await _http.GetAsync(address);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }
}
