using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Soma.Mcp;

/// <summary>Reads what an MCP endpoint answers.</summary>
internal static class McpAnswer
{
    public const string Json = "application/json";
    public const string Events = "text/event-stream";

    /// <summary>The messages of an answer, each as soon as it is there.</summary>
    public static async IAsyncEnumerable<string> MessagesOf(HttpResponseMessage answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentType?.MediaType != Events)
        {
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (body.Length > 0)
            {
                yield return body;
            }

            yield break;
        }

        await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            // An event without data only says where a stream may be taken up again.
            if (item.Data.Length > 0)
            {
                yield return item.Data;
            }
        }
    }

    /// <summary>What a problem document says; null: the answer is none.</summary>
    public static string? DetailOf(List<string> bodies)
    {
        if (bodies is not [var problem])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(problem);
            return document.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        // What stands between the client and the service has answered, in a language of its own.
        catch (JsonException)
        {
            return null;
        }
    }
}
