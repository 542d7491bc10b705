using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Soma.Testing;

namespace Soma.Bench.Ceilings;

/// <summary>
/// <c>bench bare-endpoint</c>: a server that does the least for a request. It parses the whole body and answers 200 with 300 bytes.
/// Whatever a service on ASP.NET Core does, it cannot be faster, so measurements are given as shares of this server's figures.
/// </summary>
/// <remarks>Paths below <c>/echo</c> pass the body through a grain first, which is the least that a service on Orleans does.</remarks>
public static class BareEndpointCommand
{
    private static readonly byte[] Answer = JsonSerializer.SerializeToUtf8Bytes(new { ok = true, text = new string('x', 270) });

    /// <summary>Serves until its standard input ends, and prints its address as the first line.</summary>
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Host.UseOrleans(silo => silo.UseLocalhostClustering(FreePorts.Next(), FreePorts.Next()));
        await using var app = builder.Build();
        app.MapPost("/echo/{**path}", EchoAsync);
        app.MapGet("/{**path}", AnswerAsync);
        app.MapPost("/{**path}", ParseAsync);
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static async Task ParseAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        await AnswerAsync(context);
    }

    private static async Task EchoAsync(HttpContext context, IGrainFactory grains)
    {
        var bytes = new byte[context.Request.ContentLength ?? 0];
        await context.Request.Body.ReadExactlyAsync(bytes);
        using var body = JsonDocument.Parse(bytes);
        await grains.GetGrain<IEchoGrain>("one").EchoAsync(bytes);
        await AnswerAsync(context);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.Body.WriteAsync(Answer);
    }
}
