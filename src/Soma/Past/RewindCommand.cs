using System.Text.Json.Nodes;

namespace Soma.Past;

/// <summary>The arguments of <c>soma rewind</c>.</summary>
/// <param name="Url">The running service.</param>
/// <param name="Key">The namespace.</param>
/// <param name="AsOf">The moment, as the service reads it.</param>
/// <param name="IsDry">Whether the changes are only counted.</param>
/// <param name="AsJson">Whether the answer is shown as the service gives it.</param>
/// <param name="IdempotencyKey">The key of an earlier run whose outcome is unknown; null: a new rewind.</param>
public sealed record RewindRequest(Uri Url, NamespaceKey Key, string AsOf, bool IsDry = false, bool AsJson = false, string? IdempotencyKey = null);

/// <summary><c>soma rewind</c>: makes a namespace equal to a moment of its past. It goes on until the whole series is done.</summary>
public static class RewindCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, RewindRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            using var service = new ServedNamespace(ServiceHttp.Connect(settings, request.Url), request.Key, TimeProvider.System);
            var body = new JsonObject { ["as_of"] = request.AsOf, ["dry_run"] = request.IsDry };
            var key = request.IsDry ? null : request.IdempotencyKey ?? Guid.NewGuid().ToString("N");
            var done = await service.SendAsync(
                new ServiceCall(HttpMethod.Post, $"{service.Path}/rewind", body, key) { IsRead = request.IsDry }, cancellationToken);
            var line = request.AsJson
                ? done.ToJsonString()
                : $"{request.Key.Name}: as of seq {done["as_of"]}, {done["stored"]} stored, {done["deleted"]} deleted, {done["linked"]} links made, {done["unlinked"]} removed{(request.IsDry ? " (--dry-run: nothing was changed)" : "")}.";
            await output.WriteLineAsync(line.AsMemory(), cancellationToken);
            return ExitCode.Stopped;
        });
}
