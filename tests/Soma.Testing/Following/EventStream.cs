using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Soma.Testing.Following;

/// <summary>An event of a stream.</summary>
/// <param name="Name"><c>message</c> unless the event has a name.</param>
/// <param name="Data">Its lines joined, as the HTML standard says.</param>
public sealed record StreamedEvent(string Name, string Data);

/// <summary>Reads server-sent events as the HTML standard says a browser does.</summary>
public sealed class EventStream : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventStream(HttpResponseMessage response, Stream body) => (_response, _lines) = (response, new StreamReader(body));

    public int Status => (int)_response.StatusCode;

    public string? ContentType => _response.Content.Headers.ContentType?.MediaType;

    /// <summary>The id of the newest event: what a browser sends when it connects again.</summary>
    public long? LastEventId { get; private set; }

    public int Comments { get; private set; }

    public static async Task<EventStream> OpenAsync(HttpClient client, string target, long? lastEventId = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is { } id)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new EventStream(response, await response.Content.ReadAsStreamAsync(cancellationToken)) { LastEventId = lastEventId };
    }

    /// <summary>The next event; null: the stream ended as it should.</summary>
    public async Task<StreamedEvent?> ReadAsync(CancellationToken cancellationToken = default)
    {
        var (name, data) = ("message", new StringBuilder());
        while (await _lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    return new StreamedEvent(name, data.ToString(0, data.Length - 1));
                }

                name = "message";
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
            value = value.StartsWith(' ') ? value[1..] : value;
            switch (field)
            {
                case "":
                    Comments++;
                    break;
                case "event":
                    name = value;
                    break;
                case "id":
                    LastEventId = long.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "data":
                    data.Append(value).Append('\n');
                    break;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _response.Dispose();
    }
}
