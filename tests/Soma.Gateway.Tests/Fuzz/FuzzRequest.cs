using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>One request, valid or not, and where it goes if the service accepts it.</summary>
internal sealed record FuzzRequest
{
    public required HttpMethod Method { get; init; }

    /// <summary>Path and query, sent without any normalisation.</summary>
    public required string Target { get; init; }

    public byte[]? Body { get; init; }

    /// <summary>Sends the body in chunks, so that its length is not declared.</summary>
    public bool Chunked { get; init; }

    public string? ContentType { get; init; } = "application/json";

    public string Tenant { get; init; } = FuzzSpaces.Tenant;

    public string? Namespace { get; init; } = FuzzSpaces.First;

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>A blank header names no namespace.</summary>
    public NamespaceKey Key => new(Tenant, string.IsNullOrWhiteSpace(Namespace) ? FuzzSpaces.Default : Namespace);

    public HttpRequestMessage ToMessage(Uri address)
    {
        var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var message = new HttpRequestMessage(Method, new Uri(address.GetLeftPart(UriPartial.Authority) + Target, raw)) { Version = HttpVersion.Version11 };
        if (Body is not null)
        {
            message.Content = Chunked ? new StreamContent(new MemoryStream(Body)) : new ByteArrayContent(Body);
            message.Headers.TransferEncodingChunked = Chunked;
            if (ContentType is not null)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }
        }

        message.Headers.TryAddWithoutValidation("X-Soma-Tenant", Tenant);
        if (Namespace is not null)
        {
            message.Headers.TryAddWithoutValidation("X-Soma-Namespace", Namespace);
        }

        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (!message.Headers.Contains("Authorization"))
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Hosting.SomaHost.Token);
        }

        return message;
    }

    /// <summary>Enough to send it again by hand.</summary>
    public override string ToString()
    {
        var headers = string.Join("; ", Headers.Select(header => $"{header.Name}: {Shorten(header.Value, 80)}"));
        var body = Body is null ? "-" : Shorten(Encoding.UTF8.GetString(Body), 400) + (Chunked ? " (chunked)" : "");
        return $"{Method} {Shorten(Target, 300)} [{Tenant}/{Namespace}] [{headers}] [{ContentType}] {body}";
    }

    private static string Shorten(string text, int length) => text.Length <= length ? text : $"{text[..length]}… ({text.Length} characters)";
}
