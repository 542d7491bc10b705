using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Soma.Testing.Tls;

namespace Soma.Testing.Qdrant;

/// <summary>
/// A stub for Qdrant on a port of 127.0.0.1. It checks every request against Qdrant's contract, answers as Qdrant does
/// from an exact index in memory, and fails when the test tells it to.
/// </summary>
/// <remarks>
/// The stub shows that Soma sends only what the contract allows, and handles every answer that the documentation
/// describes. It cannot show how a real Qdrant ranks or performs.
/// </remarks>
public sealed class QdrantStub : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly StubRoutes _routes = new();
    private readonly List<StubRequest> _late = [];
    private readonly ConcurrentQueue<string> _violations = new();
    private readonly ConcurrentQueue<StubRequest> _requests = new();
    private readonly ConcurrentQueue<(Func<StubRequest, bool> Fits, StubFault Fault)> _faults = new();
    private WebApplication? _server;

    private readonly IPEndPoint _endPoint;
    private readonly TestCertificate? _certificate;

    private QdrantStub(string? apiKey, IPEndPoint endPoint, TestCertificate? certificate = null) =>
        (ApiKey, _endPoint, _certificate) = (apiKey, endPoint, certificate);

    public string? ApiKey { get; }

    public int Port => _endPoint.Port;

    public Uri Url => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>
    /// What requests did although Qdrant's contract does not allow it. Every test must end with an empty list.
    /// </summary>
    public IReadOnlyList<string> Violations => [.. _violations];

    /// <summary>All requests in the order of their arrival, without health probes.</summary>
    public IReadOnlyList<StubRequest> Requests => [.. _requests];

    /// <summary>Whether <c>/readyz</c> reports that all shards are ready.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Chooses a fault for each request for which none was injected; null: no fault.</summary>
    public Func<StubRequest, StubFault?>? Chance { get; set; }

    /// <summary>The number of requests that were answered or cut off and are not applied yet.</summary>
    public int LateRequests
    {
        get
        {
            lock (_lock)
            {
                return _late.Count;
            }
        }
    }

    /// <summary>Starts the stub on a free port of 127.0.0.1.</summary>
    public static Task<QdrantStub> StartAsync(string? apiKey = null, TestCertificate? certificate = null) =>
        RunAsync(new(apiKey, new IPEndPoint(IPAddress.Loopback, FreePorts.Next()), certificate));

    /// <summary>Starts the stub at an address that other machines can reach, for use in a container.</summary>
    public static Task<QdrantStub> StartAtAsync(IPEndPoint endPoint) => RunAsync(new(null, endPoint));

    private static async Task<QdrantStub> RunAsync(QdrantStub stub)
    {
        await stub.StartAgainAsync();
        return stub;
    }

    /// <summary>Injects a fault for the next matching request. Several injected faults are used in order.</summary>
    public void Inject(StubFault fault, Func<StubRequest, bool>? fits = null) => _faults.Enqueue((fits ?? (_ => true), fault));

    /// <summary>Applies the late requests, oldest first.</summary>
    public void ApplyLate()
    {
        lock (_lock)
        {
            foreach (var request in _late)
            {
                _routes.Handle(request.Method, request.Segments, request.Query, request.Json);
            }

            _late.Clear();
        }
    }

    /// <summary>Stops the server at once and cuts its connections. The data is kept for the next start.</summary>
    public async Task KillAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync(new CancellationToken(canceled: true));
            await server.DisposeAsync();
        }
    }

    /// <summary>Starts the server again on the same port.</summary>
    public async Task StartAgainAsync()
    {
        await QdrantContract.GetAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(_endPoint, listen =>
            {
                if (_certificate is { } tls)
                {
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(tls.CertFile, tls.KeyFile));
                }
            });
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var server = builder.Build();
        server.Run(ServeAsync);
        await server.StartAsync();
        _server = server;
    }

    /// <summary>Deletes all data, as happens when a container without a volume is started again.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _routes.Forget();
        }
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task ServeAsync(HttpContext context)
    {
        if (await ServeProbeAsync(context))
        {
            return;
        }

        var request = await StubRequest.ReadAsync(context.Request);
        if (!IsLetIn(context.Request))
        {
            await WriteAsync(context, 401, "Invalid API key or JWT", "text/plain");
            return;
        }

        _requests.Enqueue(request);
        var faults = (await QdrantContract.GetAsync()).Check(request.Method, request.Path, request.Query, request.Body);
        if (faults.Count > 0)
        {
            faults.ToList().ForEach(_violations.Enqueue);
            await WriteAsync(context, 400, StubAnswer.ErrorBody($"Outside the contract: {faults[0]}"));
            return;
        }

        if (TakeFault(request) is { } fault)
        {
            await FailAsync(context, request, fault);
            return;
        }

        await DoAsync(context, request);
    }

    private async Task DoAsync(HttpContext context, StubRequest request)
    {
        var answer = Apply(request);
        await WriteAsync(context, answer.Status, answer.Body);
    }

    private StubAnswer Apply(StubRequest request)
    {
        lock (_lock)
        {
            return _routes.Handle(request.Method, request.Segments, request.Query, request.Json);
        }
    }

    private async Task FailAsync(HttpContext context, StubRequest request, StubFault fault)
    {
        if (fault.Gate is { } gate)
        {
            await gate;
        }

        if (fault.IsAnsweredAsUsual)
        {
            await DoAsync(context, request);
            return;
        }

        if (fault.IsApplied)
        {
            Apply(request);
        }
        else if (fault.IsLate && request.IsUpdate)
        {
            lock (_lock)
            {
                _late.Add(request);
            }
        }

        await AnswerAsync(context, fault);
    }

    private static async Task AnswerAsync(HttpContext context, StubFault fault)
    {
        if (fault.SaysWaitTimeout)
        {
            await WriteAsync(context, 200, """{"result":{"operation_id":7,"status":"wait_timeout"},"status":"ok","time":0.1}""");
        }
        else if (fault.Status is { } status)
        {
            if (fault.RetryAfter is { } seconds)
            {
                context.Response.Headers.RetryAfter = $"{seconds}";
            }

            await WriteAsync(context, status, fault.Body, fault.IsPlainText ? "text/plain" : "application/json");
        }
        else
        {
            context.Abort();
        }
    }

    private StubFault? TakeFault(StubRequest request)
    {
        for (var waiting = _faults.Count; waiting > 0 && _faults.TryDequeue(out var next); waiting--)
        {
            if (next.Fits(request))
            {
                return next.Fault;
            }

            _faults.Enqueue(next);
        }

        return Chance?.Invoke(request);
    }

    private async Task<bool> ServeProbeAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/healthz" or "/livez":
                await WriteAsync(context, 200, "healthz check passed", "text/plain");
                return true;
            case "/readyz":
                await WriteAsync(context, IsReady ? 200 : 503, IsReady ? "all shards are ready" : "some shards are not ready", "text/plain");
                return true;
            default:
                return false;
        }
    }

    private bool IsLetIn(HttpRequest request) =>
        ApiKey is null || request.Headers["api-key"] == ApiKey || request.Headers.Authorization == $"Bearer {ApiKey}";

    private static Task WriteAsync(HttpContext context, int status, string body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
