using System.Text.Json.Nodes;

namespace Soma.Past;

/// <summary>The arguments of <c>soma diff</c>.</summary>
/// <param name="Url">The running service.</param>
/// <param name="Key">The namespace.</param>
/// <param name="From">The earlier moment, as the service reads it; null: another namespace is named.</param>
/// <param name="To">The later moment; null: now.</param>
/// <param name="Other">The other namespace; null: two moments are compared.</param>
/// <param name="AsJson">Whether each change is shown as the service answers it.</param>
public sealed record DiffRequest(Uri Url, NamespaceKey Key, string? From, string? To = null, string? Other = null, bool AsJson = false);

/// <summary><c>soma diff</c>: lists the memories that two states do not share.</summary>
public static class DiffCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, DiffRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            using var service = new ServedNamespace(ServiceHttp.Connect(settings, request.Url), request.Key, TimeProvider.System);
            var path = $"{service.Path}/diff?limit=1000{Query("from", request.From)}{Query("to", request.To)}{Query("other", request.Other)}&cursor=";
            await foreach (var change in service.ReadPagesAsync(path, "changes", cancellationToken))
            {
                var line = request.AsJson ? change.ToJsonString() : $"{change["change"]}\t{change["coord"]}\t{Name(change["from"])} -> {Name(change["to"])}";
                await output.WriteLineAsync(line.AsMemory(), cancellationToken);
            }

            return ExitCode.Stopped;
        });

    private static string Query(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string Name(JsonNode? version) => version is null ? "nothing" : $"version {version["version"]} (seq {version["seq"]})";
}
