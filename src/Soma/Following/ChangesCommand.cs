using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;

namespace Soma.Following;

/// <summary>The arguments of <c>soma changes</c>.</summary>
/// <param name="Url">The running service.</param>
/// <param name="Key">The namespace.</param>
/// <param name="After">The seq after which to begin; null: the newest.</param>
/// <param name="Follow">Whether to go on with the changes to come.</param>
/// <param name="AsJson">Whether each line is the change's JSON.</param>
public sealed record ChangesRequest(Uri Url, NamespaceKey Key, long? After, bool Follow, bool AsJson);

/// <summary><c>soma changes</c>: prints the changes of a namespace of a running service, one line each.</summary>
public static class ChangesCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ChangesRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            using var http = ServiceHttp.Connect(settings, request.Url);
            http.Timeout = Timeout.InfiniteTimeSpan;
            http.DefaultRequestHeaders.Add("X-Soma-Tenant", request.Key.Tenant);
            http.DefaultRequestHeaders.Add("X-Soma-Namespace", request.Key.Name);
            var printing = new Printing(http, request, output);
            var refusal = request.After is null ? await printing.SkipAsync(cancellationToken) : null;
            refusal ??= request.Follow ? await printing.FollowAsync(errors, cancellationToken) : await printing.PrintAsync(cancellationToken);
            if (refusal is null)
            {
                return ExitCode.Stopped;
            }

            await errors.WriteLineAsync($"soma: {refusal}".AsMemory(), CancellationToken.None);
            return ExitCode.Failed;
        });

    /// <summary>Prints what one service answers. The methods return why they stopped; null: they did all they were asked to.</summary>
    private sealed class Printing(HttpClient http, ChangesRequest request, TextWriter output)
    {
        private long _after = request.After ?? 0;
        private string? _log;

        /// <summary>Begins after the newest change.</summary>
        public async Task<string?> SkipAsync(CancellationToken cancellationToken)
        {
            using var response = await TrySendAsync("memories?limit=1", isStream: false, cancellationToken);
            if (response is not { IsSuccessStatusCode: true })
            {
                return await DescribeAsync(response, cancellationToken);
            }

            _after = ServedNamespace.SeqOf(response) ?? 0;
            return null;
        }

        public async Task<string?> PrintAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                using var response = await TrySendAsync(isStream: false, cancellationToken);
                if (response is not { IsSuccessStatusCode: true })
                {
                    return await DescribeAsync(response, cancellationToken);
                }

                using var page = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
                var changes = page.RootElement.GetProperty("changes");
                foreach (var change in changes.EnumerateArray())
                {
                    await PrintAsync(change, cancellationToken);
                }

                (_after, _log) = (page.RootElement.GetProperty("next_after").GetInt64(), page.RootElement.GetProperty("log").GetString());
                if (changes.GetArrayLength() == 0)
                {
                    return null;
                }
            }
        }

        public async Task<string?> FollowAsync(TextWriter errors, CancellationToken cancellationToken)
        {
            try
            {
                while (true)
                {
                    using var response = await TrySendAsync(isStream: true, cancellationToken);
                    if (response is { IsSuccessStatusCode: true })
                    {
                        if (await ReadStreamAsync(response, cancellationToken) is { } end)
                        {
                            return end;
                        }
                    }
                    else if (response is not null && response.StatusCode < HttpStatusCode.InternalServerError && response.StatusCode != HttpStatusCode.TooManyRequests)
                    {
                        return await DescribeAsync(response, cancellationToken);
                    }

                    await errors.WriteLineAsync($"soma: {request.Url} is away; following again after seq {_after}.".AsMemory(), cancellationToken);
                    await Task.Delay(Pause, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }

        /// <returns>Why to stop; null: the connection broke.</returns>
        private async Task<string?> ReadStreamAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        {
            try
            {
                await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellationToken))
                {
                    using var data = JsonDocument.Parse(item.Data);
                    switch (item.EventType)
                    {
                        case "log":
                            _log = data.RootElement.GetProperty("log").GetString();
                            break;
                        case "reset":
                            return $"{request.Key} was deleted or restored: its changes begin again at --after 0.";
                        default:
                            await PrintAsync(data.RootElement, cancellationToken);
                            _after = data.RootElement.GetProperty("seq").GetInt64();
                            break;
                    }
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException)
            {
                // The connection broke. The next one goes on after the last change that was printed.
            }

            return null;
        }

        private Task<HttpResponseMessage?> TrySendAsync(bool isStream, CancellationToken cancellationToken) =>
            TrySendAsync(string.Create(CultureInfo.InvariantCulture, $"changes?after={_after}&limit=1000{(_log is null ? "" : "&log=" + _log)}"), isStream, cancellationToken);

        private async Task<HttpResponseMessage?> TrySendAsync(string query, bool isStream, CancellationToken cancellationToken)
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(query, UriKind.Relative));
            if (isStream)
            {
                message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            }

            try
            {
                return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException)
            {
                return null;
            }
        }

        private async Task<string> DescribeAsync(HttpResponseMessage? response, CancellationToken cancellationToken) => response is null
            ? $"{request.Url} cannot be reached."
            : $"{request.Url} answered {(int)response.StatusCode}: {ServedNamespace.ReadProblem(await response.Content.ReadAsStringAsync(cancellationToken)).Detail}";

        private async Task PrintAsync(JsonElement change, CancellationToken cancellationToken)
        {
            // A line break between the tokens of a payload would end the line; inside a string JSON has none.
            var line = request.AsJson ? change.GetRawText().ReplaceLineEndings(" ") : Describe(change);
            await output.WriteLineAsync(line.AsMemory(), cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        private static string Describe(JsonElement change)
        {
            var op = change.GetProperty("op").GetString();
            var line = $"{change.GetProperty("seq")} {change.GetProperty("at").GetString()} {op} {change.GetProperty("coord").GetString()}";
            return op is "link" or "unlink"
                ? $"{line} -> {change.GetProperty("link_to").GetString()} {change.GetProperty("link_type").GetString()}"
                : $"{line} version {change.GetProperty("version")}{(change.TryGetProperty("reason", out var reason) ? $" ({reason.GetString()})" : "")}";
        }
    }
}
