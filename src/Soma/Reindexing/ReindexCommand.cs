using System.Net.Http.Headers;
using System.Net.Sockets;
using Soma.Hosting;

namespace Soma.Reindexing;

/// <summary><c>soma reindex</c>: asks a running service to make the derived data of a namespace anew; it is served meanwhile.</summary>
public static class ReindexCommand
{
    private const string TenantHeader = "X-Soma-Tenant";

    /// <param name="settings">Where the token is read from.</param>
    /// <param name="target">Which namespace of which service.</param>
    /// <param name="output">Told when it has begun.</param>
    /// <param name="errors">Told in one line why it has not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ReindexTarget target, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            ArgumentNullException.ThrowIfNull(target);
            using var http = new HttpClient { BaseAddress = target.Url };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken.Read(settings).Value);
            http.DefaultRequestHeaders.Add(TenantHeader, target.Tenant);
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
