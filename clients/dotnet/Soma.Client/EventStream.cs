namespace Soma.Client;

internal sealed record ServerSentEvent(string Name, string Data, string? Id);

/// <summary>Reads server-sent events. One that was cut off is left out, and its place too, so that it is asked for again.</summary>
internal sealed class EventStream(HttpResponseMessage response, Stream body, TimeSpan silence) : IDisposable
{
    private readonly StreamReader _reader = new(body);

    /// <summary>The next event; null when the stream ended, broke, or was silent for too long, a comment counting as a sound.</summary>
    public async Task<ServerSentEvent?> TryReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = new ServerSentEvent("message", "", null);
        try
        {
            while (true)
            {
                patience.CancelAfter(silence);
                var line = await _reader.ReadLineAsync(patience.Token);
                if (line is null)
                {
                    return null;
                }

                if (line.Length > 0)
                {
                    next = With(next, line);
                }
                else if (next.Data.Length > 0 || next.Id is not null)
                {
                    return next;
                }
                else
                {
                    next = new ServerSentEvent("message", "", null);
                }
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        response.Dispose();
    }

    private static ServerSentEvent With(ServerSentEvent next, string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? "" : line[(colon + 1)..];
        value = value.StartsWith(' ') ? value[1..] : value;
        return field switch
        {
            "event" => next with { Name = value },
            "id" => next with { Id = value },
            "data" => next with { Data = next.Data.Length == 0 ? value : $"{next.Data}\n{value}" },
            _ => next,
        };
    }
}
