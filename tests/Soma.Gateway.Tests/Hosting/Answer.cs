using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Soma.Gateway.Tests.Hosting;

/// <summary>An HTTP answer read to its end.</summary>
/// <param name="Status">As a number, since that is what Python clients compare.</param>
public sealed record Answer(int Status, byte[] Bytes, HttpResponseHeaders Headers, string? ContentType)
{
    /// <summary>A payload may be 64 levels deep, and lies some levels down in a body.</summary>
    public static readonly JsonSerializerOptions Deep = new() { MaxDepth = 128 };

    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Bytes, Deep);

    /// <summary>The member at this path; fails the test where it is missing.</summary>
    public JsonElement this[params string[] path] => path.Aggregate(Json, (element, name) => element.GetProperty(name));

    /// <summary>The one value of a header, null without it.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.Single() : null;

    /// <summary>Fails the test, with the body as the reason, unless the status is 200.</summary>
    public Answer Ok()
    {
        Assert.True(Status == (int)HttpStatusCode.OK, $"{Status}: {Text}");
        return this;
    }
}
