using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Soma.Gateway.Tests.Hosting;

/// <summary>Requests as they go over the wire: a method, a target, a body in the client's own words.</summary>
public static class HttpCalls
{
    public static Task<Answer> GetAnswerAsync(this HttpClient client, string target) => client.CallAsync(HttpMethod.Get, target);

    public static Task<Answer> DeleteAnswerAsync(this HttpClient client, string target) => client.CallAsync(HttpMethod.Delete, target);

    /// <param name="body">JSON text is sent as it is, anything else is serialised.</param>
    public static Task<Answer> PostAnswerAsync(this HttpClient client, string target, object body, params (string Name, string Value)[] headers) =>
        client.CallAsync(HttpMethod.Post, target, body, headers);

    public static async Task<Answer> CallAsync(
        this HttpClient client, HttpMethod method, string target, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.ReadAnswerAsync(request);
    }

    public static async Task<Answer> ReadAnswerAsync(this HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new Answer((int)response.StatusCode, bytes, response.Headers, response.Content.Headers.ContentType?.MediaType);
    }
}
