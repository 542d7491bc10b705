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
            using var service = new ServedNamespace(ServiceHttp.Connect(settings, target.Url), new NamespaceKey(target.Tenant, target.Namespace), TimeProvider.System);
            await service.SendAsync(new ServiceCall(HttpMethod.Post, $"{service.Path}/reindex") { IsIdempotent = true }, cancellationToken);
            await output.WriteLineAsync($"{target.Namespace}: its index is being made anew.".AsMemory(), cancellationToken);
            return ExitCode.Stopped;
        });
}
