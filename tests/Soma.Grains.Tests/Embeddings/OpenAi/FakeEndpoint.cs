using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.Testing;

namespace Soma.Grains.Tests.Embeddings.OpenAi;

/// <summary>An endpoint on 127.0.0.1 that answers as OpenAI's does, and misbehaves as it is told to.</summary>
internal sealed class FakeEndpoint : IDisposable
{
    private readonly HttpListener _listener = new();

    public FakeEndpoint()
    {
        var port = FreePorts.Next();
        Address = new Uri($"http://127.0.0.1:{port}/v1");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    public int Dimension { get; set; } = 4;

    public bool GivesBase64 { get; set; } = true;

    /// <summary>Answered with 400, alone and in company.</summary>
    public Func<string, bool> Refuses { get; set; } = _ => false;

    /// <summary>Used up one a request, before any answer. Status 0 breaks the connection.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Faults { get; } = new();

    /// <summary>Given instead of an answer.</summary>
    public string? Body { get; set; }

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<JsonNode> Requests { get; } = new();

    public string? Authorization { get; private set; }

    public string? Path { get; private set; }

    /// <summary>The vector of a text, not of length 1.</summary>
    public float[] VectorOf(string text) => [.. Enumerable.Range(1, Dimension).Select(i => (float)(((text.Length * i) % 7) + (text.Sum(c => c) % 13) + i))];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            await AnswerAsync(context);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.InputStream))!;
        Requests.Enqueue(request);
        (Authorization, Path) = (context.Request.Headers["Authorization"], context.Request.Url?.PathAndQuery);
        var texts = request["input"]!.AsArray().Select(text => text!.GetValue<string>()).ToArray();
        var isFault = Faults.TryDequeue(out var fault);
        if (isFault || texts.Any(Refuses))
        {
            Fail(context.Response, isFault ? fault : (400, null));
            return;
        }

        context.Response.ContentType = "application/json";
        await using var output = context.Response.OutputStream;
        var body = Body ?? JsonSerializer.Serialize(new { @object = "list", data = texts.Select(Item).Reverse() });
        await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
    }

    private object Item(string text, int index) => new { index, embedding = GivesBase64 ? (object)ToBase64(VectorOf(text)) : VectorOf(text) };

    private static void Fail(HttpListenerResponse response, (int Status, string? RetryAfter) fault)
    {
        if (fault.Status == 0)
        {
            response.ContentLength64 = 100;
            response.OutputStream.Write("{\"data\""u8);
            response.Abort();
            return;
        }

        response.StatusCode = fault.Status;
        if (fault.RetryAfter is { } after)
        {
            response.Headers["Retry-After"] = after;
        }

        response.Close();
    }

    private static string ToBase64(float[] vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return Convert.ToBase64String(bytes);
    }
}
