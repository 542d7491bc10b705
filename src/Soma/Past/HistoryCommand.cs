namespace Soma.Past;

/// <summary>The arguments of <c>soma history</c>.</summary>
/// <param name="Url">The running service.</param>
/// <param name="Key">The memory's namespace.</param>
/// <param name="Memory">The memory's key.</param>
/// <param name="AsJson">Whether each version is shown as the service answers it.</param>
public sealed record HistoryRequest(Uri Url, NamespaceKey Key, string Memory, bool AsJson = false);

/// <summary><c>soma history</c>: lists the versions and deletes of a memory, newest first.</summary>
public static class HistoryCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, HistoryRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            using var service = new ServedNamespace(ServiceHttp.Connect(settings, request.Url), request.Key, TimeProvider.System);
            var path = $"memories/{Uri.EscapeDataString(request.Memory)}/history?limit=1000&cursor=";
            await foreach (var version in service.ReadPagesAsync(path, "versions", cancellationToken))
            {
                var line = request.AsJson
                    ? version.ToJsonString()
                    : $"{version["seq"]}\t{version["op"]}\tversion {version["version"]}\t{version["at"]}\t{(string?)version["reason"] ?? version["payload"]?.ToJsonString() ?? (string?)version["content"]}";
                await output.WriteLineAsync(line.AsMemory(), cancellationToken);
            }

            return ExitCode.Stopped;
        });
}
