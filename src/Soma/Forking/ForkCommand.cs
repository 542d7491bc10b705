using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Soma.Grains;

namespace Soma.Forking;

/// <summary>The arguments of <c>soma fork</c>.</summary>
/// <param name="Url">The running service.</param>
/// <param name="Source">The namespace that is copied.</param>
/// <param name="To">The name of the copy.</param>
/// <param name="AsOf">The moment, as the service reads it; null: the present.</param>
/// <param name="History">Whether the log is copied too.</param>
/// <param name="Json">Whether the service's answer is written as it is.</param>
public sealed record ForkTarget(Uri Url, NamespaceKey Source, string To, string? AsOf, bool History, bool Json);

/// <summary><c>soma fork</c>: has a running service copy a namespace to a new name.</summary>
/// <remarks>
/// A copy may take longer than the deadline of a request. So the command sends the same request again under the same key until it is
/// answered; the service copies once.
/// </remarks>
public static class ForkCommand
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static async Task<ExitCode> RunAsync(
        SettingsReader settings, ForkTarget target, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        await ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            using var http = ServiceHttp.Connect(settings, target.Url);
            http.DefaultRequestHeaders.Add("X-Soma-Tenant", target.Source.Tenant);
            http.DefaultRequestHeaders.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
            var retrying = new Retrying<(HttpStatusCode Status, string Body)>(
                TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5), answer => IsTransient(answer.Status) ? TimeSpan.Zero : null, TimeProvider.System);
            try
            {
                var (status, body) = await retrying.RunAsync(async token => await SendAsync(http, target, token), LongestWait, cancellationToken);
                if (status == HttpStatusCode.OK)
                {
                    await output.WriteLineAsync((target.Json ? body : Describe(target, body)).AsMemory(), cancellationToken);
                    return ExitCode.Stopped;
                }

                await errors.WriteLineAsync($"soma: {target.Url} answered {(int)status}: {body.ReplaceLineEndings(" ")}".AsMemory(), cancellationToken);
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException)
            {
                await errors.WriteLineAsync($"soma: {target.Url} cannot be reached: {failure.Message}".AsMemory(), cancellationToken);
            }

            return ExitCode.Failed;
        });

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient http, ForkTarget target, CancellationToken cancellationToken)
    {
        var fork = new JsonObject { ["to"] = target.To, ["history"] = target.History };
        if (target.AsOf is { } moment)
        {
            fork["as_of"] = moment;
        }

        using var content = new StringContent(fork.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(
            new Uri($"namespaces/{Uri.EscapeDataString(target.Source.Name)}/fork", UriKind.Relative), content, cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    private static string Describe(ForkTarget target, string body)
    {
        var copy = JsonNode.Parse(body)!;
        return string.Create(CultureInfo.InvariantCulture, $"{target.Source.Name} was copied to {copy["namespace"]}: {copy["memories"]} memories, {copy["links"]} links, at seq {copy["seq"]}.");
    }
}
