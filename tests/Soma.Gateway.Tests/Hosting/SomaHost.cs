using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Soma.Grains.Storage;
using Soma.Hosting;
using Soma.Serving;

namespace Soma.Gateway.Tests.Hosting;

/// <summary>
/// The product itself in this process: what <c>soma serve</c> builds, on a real port of 127.0.0.1, with a data folder of
/// its own. Limits are off unless a test sets them.
/// </summary>
public sealed class SomaHost : IAsyncDisposable
{
    public const string Token = "gateway-test-token";

    private static int _names;

    private readonly WebApplication _application;
    private readonly string _folder;

    private SomaHost(WebApplication application, string folder)
    {
        _application = application;
        _folder = folder;
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address { get; private init; } = new("http://127.0.0.1");

    /// <summary>The store behind it, for what HTTP does not show.</summary>
    public ICanonicalStore Store => _application.Services.GetRequiredService<ICanonicalStore>();

    /// <summary>What its silo measures with.</summary>
    public Meter Meter => _application.Services.GetRequiredService<Meter>();

    public WarmUp WarmUp => _application.Services.GetRequiredService<WarmUp>();

    /// <param name="settings">Environment variables beside (or, null, without) those every test host gets.</param>
    public static async Task<SomaHost> StartAsync(params (string Variable, string? Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("soma-gateway-tests-").FullName;
        var variables = new Dictionary<string, string?>
        {
            ["SOMA_API_TOKEN"] = Token,
            ["SOMA_DATA_DIR"] = folder,
            ["SOMA_RATE_LIMIT_MAX"] = "0",
            // Answers name the source of a vector, and must not change behind a test that compares them.
            ["SOMA_EMBEDDINGS"] = "fast",
        };
        foreach (var (variable, value) in settings)
        {
            variables[variable] = value;
        }

        // Port 0: the kernel picks a free one at the moment of binding, so nobody can take it in between.
        var options = ServeOptions.Read(new SettingsReader(variables.GetValueOrDefault));
        options = options with { Http = options.Http with { Port = 0 } };
        var application = ServeCommand.Build(options);
        await ServeCommand.OpenAsync(application.Services, CancellationToken.None);
        await application.StartAsync();
        return new SomaHost(application, folder) { Address = new Uri(application.Urls.Single() + "/") };
    }

    /// <summary>A name that no other test of this process uses.</summary>
    public static string NewNamespace(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Interlocked.Increment(ref _names)}");

    /// <summary>A client with connections of its own, that authenticates with a token and follows no redirect.</summary>
    /// <param name="space">Sent as <c>X-Soma-Namespace</c>; null: the service's default namespace.</param>
    /// <param name="token">Another token than the root token, such as an access key's.</param>
    public HttpClient NewClient(string? space = null, string token = Token)
    {
        var client = NewAnonymousClient();
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {token}");
        if (space is not null)
        {
            client.DefaultRequestHeaders.Add("X-Soma-Namespace", space);
        }

        return client;
    }

    public HttpClient NewAnonymousClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None };
        return new HttpClient(handler) { BaseAddress = Address };
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
