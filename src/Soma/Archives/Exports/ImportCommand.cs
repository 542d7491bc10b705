using Soma.Remote;

namespace Soma.Archives.Exports;

/// <summary>The program that wrote the export.</summary>
public enum ImportFormat
{
    /// <summary>The first line decides.</summary>
    Auto,
    Soma,
    SomaFractalMemory,
}

/// <summary>The arguments of <c>soma import</c>.</summary>
public sealed record ImportRequest
{
    /// <summary>The namespace that is imported into.</summary>
    public required NamespaceKey Key { get; init; }

    /// <summary>A file, compressed if its name ends in <c>.gz</c>; <c>-</c>: standard input.</summary>
    public required string From { get; init; }

    public ImportFormat Format { get; init; }

    /// <summary>Whether a namespace that holds memories may be replaced. It cannot be combined with <see cref="Service"/>.</summary>
    public bool Replace { get; init; }

    /// <summary>The running service to which the rows are written; null: they are written to the store as one new namespace.</summary>
    internal RemoteTarget? Service { get; init; }

    /// <summary>The name of an interrupted import that goes on. It is part of the idempotency keys; null: a new import.</summary>
    public string? Run { get; init; }

    /// <summary>The command that goes on with the import of a name.</summary>
    internal Func<string, string> Again { get; init; } = run => $"--run {run}";
}

/// <summary>
/// <c>soma import</c>: either makes one new namespace in a store, completely or not at all; or adds to a namespace in use through a
/// running service, with the same requests that any client sends.
/// </summary>
public static class ImportCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ImportRequest request, Func<Stream> standardInput, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            using var file = ImportFile.Open(request.From, standardInput);
            return request.Service is { } service
                ? await SendAsync(settings, request, service, file, output, errors, cancellationToken)
                : await StoreAsync(settings, request, file, output, errors, cancellationToken);
        });

    private static async Task<ExitCode> StoreAsync(
        SettingsReader settings, ImportRequest request, ImportFile file, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        NamespaceFacts? facts = null;
        using (var progress = Progress.Begin(errors, "import", "KB", file.Kilobytes))
        {
            var source = new ImportSource(file, format => MakeReader(format, settings), request.Format, progress);
            await Interruption.SayingAsync(
                async () => facts = await new StoreImport(ArchiveStore.Read(settings), request).RunAsync(source, cancellationToken),
                () => "Nothing was imported; the same command begins anew.",
                cancellationToken);
        }

        await output.WriteLineAsync($"{request.Key}: {facts?.Counts.Total} memories, {facts?.LogRows} writes.".AsMemory(), cancellationToken);
        return ExitCode.Stopped;
    }

    private static async Task<ExitCode> SendAsync(
        SettingsReader settings, ImportRequest request, RemoteTarget target, ImportFile file, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        var run = request.Run ?? Guid.NewGuid().ToString("N")[..12];
        await output.WriteLineAsync($"import {run} into {request.Key} of {target.Url} begins; should it break off, --run {run} goes on with it.".AsMemory(), cancellationToken);
        Imported sent = default;
        using (var progress = Progress.Begin(errors, "import", "KB", file.Kilobytes))
        {
            await Interruption.SayingAsync(
                async () => sent = await IsOneRequestAsync(request, target, cancellationToken)
                    ? await SendWholeAsync(request, target, run, progress, cancellationToken)
                    : await SendRowsAsync(settings, request, target, run, file, progress, cancellationToken),
                () => string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of {file.Kilobytes:N0} KB were sent, and what the service has written stays. {request.Again(run)} goes on."),
                cancellationToken);
        }

        await output.WriteLineAsync($"{request.Key}: {sent.Memories} memories, {sent.Links} links and {sent.Deletes} deletes written.".AsMemory(), cancellationToken);
        return ExitCode.Stopped;
    }

    /// <summary>The service's own import takes exports of Soma's, of callers with the scope admin. Others write as any client does.</summary>
    private static async Task<bool> IsOneRequestAsync(ImportRequest request, RemoteTarget target, CancellationToken cancellationToken)
    {
        if (request.From == ImportFile.StandardInput || request.Format == ImportFormat.SomaFractalMemory || !await ImportFile.IsOfSomaAsync(request.From, cancellationToken))
        {
            return false;
        }

        using var service = new ServedNamespace(ServiceHttp.Connect(target.Settings, target.Url), null, null, Patience, TimeProvider.System) { TokenSource = target.TokenSource };
        var caller = (await service.AskAsync(new ServiceCall(HttpMethod.Get, "whoami"), cancellationToken)).Json;
        return caller.GetProperty("scopes").EnumerateArray().Any(scope => scope.ValueEquals("admin"));
    }

    private static async Task<Imported> SendWholeAsync(ImportRequest request, RemoteTarget target, string run, Progress progress, CancellationToken cancellationToken)
    {
        using var import = new ServedImport(target, TimeProvider.System);
        return await import.RunAsync(request, run, progress, cancellationToken);
    }

    private static async Task<Imported> SendRowsAsync(
        SettingsReader settings, ImportRequest request, RemoteTarget target, string run, ImportFile file, Progress progress, CancellationToken cancellationToken)
    {
        using var service = new ServiceImport(request, run, ServiceHttp.Connect(target.Settings, target.Url), TimeProvider.System);
        return await service.RunAsync(new ImportSource(file, format => MakeReader(format, settings), request.Format, progress), cancellationToken);
    }

    private static ILineReader MakeReader(ImportFormat format, SettingsReader settings) => format == ImportFormat.Soma
        ? new SomaLineReader()
        : FractalMemoryLineReader.Create(
            settings.Text("SOMA_MODELS_DIR") ?? Path.Combine(AppContext.BaseDirectory, "models"), Instant.From(TimeProvider.System.GetUtcNow()));
}
