using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prometheus;
using Soma.Gateway.Tests.Fakes;

namespace Soma.Gateway.Tests.Service;

/// <summary>The gateway on Kestrel over fake grains.</summary>
public sealed class GatewayUnderTest : IServiceUnderTest, IAsyncLifetime
{
    private readonly Action<IServiceCollection> _addServices;
    private WebApplication? _app;

    public GatewayUnderTest()
        : this(options => options)
    {
    }

    /// <param name="configure">Changes the options.</param>
    /// <param name="addServices">What the host brings before the gateway's own.</param>
    internal GatewayUnderTest(Func<GatewayOptions, GatewayOptions> configure, Action<IServiceCollection>? addServices = null)
    {
        _addServices = addServices ?? (static _ => { });
        Options = configure(new GatewayOptions
        {
            ApiToken = "the-root-token",
            RateLimit = 0,
            MaxBodyBytes = 1024 * 1024,
        });
    }

    public GatewayOptions Options { get; }

    public HttpClient Client { get; private set; } = null!;

    public string Token => Options.ApiToken;

    internal FakeGrainFactory Grains { get; } = new();

    internal RecordingLogger Log { get; } = new();

    internal IServiceProvider Services => _app!.Services;

    internal IReadOnlyList<Endpoint> Endpoints => Services.GetRequiredService<EndpointDataSource>().Endpoints;

    internal FakeNamespaceGrain DefaultNamespace => Grains.Namespace("default", "default");

    internal static async Task<GatewayUnderTest> StartAsync(Func<GatewayOptions, GatewayOptions> configure)
    {
        var gateway = new GatewayUnderTest(configure);
        await gateway.InitializeAsync();
        return gateway;
    }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton<IGrainFactory>(Grains);
        builder.Services.AddSingleton(Metrics.NewCustomRegistry());
        _addServices(builder.Services);
        builder.Services.AddSomaGateway(Options);
        _app = builder.Build();
        _app.UseSomaGateway();
        _app.MapSoma();
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app!.DisposeAsync();
    }
}
