using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Soma.Bench.Ceilings;

/// <summary>
/// <c>bench bare-endpoint</c>: a server that does the least for a request. It parses the whole body and answers 200 with 300 bytes.
/// Whatever a service on ASP.NET Core does, it cannot be faster, so measurements are given as shares of this server's figures.
/// </summary>
public static class BareEndpointCommand
{
    private static readonly byte[] Answer = JsonSerializer.SerializeToUtf8Bytes(new { ok = true, text = new string('x', 270) });

    /// <summary>Serves until its standard input ends, and prints its address as the first line.</summary>
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/{**path}", (HttpContext context) => AnswerAsync(context));
        app.MapPost("/{**path}", async (HttpContext context) =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            await AnswerAsync(context);
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = Answer.Length;
        await context.Response.Body.WriteAsync(Answer);
    }
}
