using System.Net.Sockets;

namespace Soma.Reindexing;

/// <summary>A namespace of a running service.</summary>
public sealed record ReindexTarget(Uri Url, string Tenant, string Namespace);

/// <summary>
/// <c>soma reindex</c>: asks a running service to rebuild the derived data of a namespace. The namespace stays
/// available meanwhile.
/// </summary>
public static class ReindexCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ReindexTarget target, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            using var http = ServiceHttp.Connect(settings, target.Url);
            http.DefaultRequestHeaders.Add("X-Soma-Tenant", target.Tenant);
            var path = $"namespaces/{Uri.EscapeDataString(target.Namespace)}/reindex";
            try
            {
                using var response = await http.PostAsync(new Uri(path, UriKind.Relative), null, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    await output.WriteLineAsync($"{target.Namespace}: its index is being made anew.".AsMemory(), cancellationToken);
                    return ExitCode.Stopped;
                }

                await errors.WriteLineAsync($"soma: {target.Url} answered {(int)response.StatusCode}.".AsMemory(), cancellationToken);
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException)
            {
                await errors.WriteLineAsync($"soma: {target.Url} cannot be reached: {failure.Message}".AsMemory(), cancellationToken);
            }

            return ExitCode.Failed;
        });
}
