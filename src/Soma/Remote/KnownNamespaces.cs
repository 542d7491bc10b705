using System.CommandLine.Completions;

namespace Soma.Remote;

/// <summary>The names of a service's namespaces, for the completion of a command line.</summary>
internal static class KnownNamespaces
{
    // Whoever presses the tab key waits no longer for a service that is away.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>The first thousand names; none if the service is away or the token may not list them.</returns>
    public static IEnumerable<CompletionItem> List(CommandHost host)
    {
        try
        {
            var target = RemoteTarget.Resolve(host.Read, new TargetChoice(null, null, null, null));
            using var http = ServiceHttp.Connect(target.Settings, target.Url);
            http.Timeout = Patience;
            using var request = new HttpRequestMessage(HttpMethod.Get, "namespaces?limit=1000");
            if (target.Tenant is { } tenant)
            {
                request.Headers.Add("X-Soma-Tenant", tenant);
            }

            using var response = http.Send(request);
            using var page = response.IsSuccessStatusCode ? JsonDocument.Parse(response.Content.ReadAsStream()) : null;
            return page is null ? [] : [.. page.RootElement.GetProperty("namespaces").EnumerateArray().Select(one => new CompletionItem(one.GetProperty("name").GetString() ?? ""))];
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException or JsonException or StartupException or InvalidSettingException)
        {
            // A completion has no place for an error. The command itself will show it.
            return [];
        }
    }
}
