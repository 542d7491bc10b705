using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Soma.Gateway.Tests.Service;

/// <summary>Requests in one line each.</summary>
internal static class ServiceCalls
{
    public static HttpRequestMessage Request(this IServiceUnderTest service, string method, string path, string? json = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", service.Token);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return request;
    }

    public static HttpRequestMessage With(this HttpRequestMessage request, string header, string? value)
    {
        request.Headers.Remove(header);
        if (value is not null)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        }

        return request;
    }

    public static Task<HttpResponseMessage> SendAsync(this IServiceUnderTest service, string method, string path, string? json = null) =>
        service.Client.SendAsync(service.Request(method, path, json));

    public static Task<HttpResponseMessage> SendAsync(this IServiceUnderTest service, HttpRequestMessage request) => service.Client.SendAsync(request);

    public static async Task<string> TextAsync(this Task<HttpResponseMessage> response) => await (await response).Content.ReadAsStringAsync();

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
