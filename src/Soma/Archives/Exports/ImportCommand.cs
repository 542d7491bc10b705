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

    /// <summary>Whether a namespace that holds memories may be replaced. It cannot be combined with <see cref="Url"/>.</summary>
    public bool Replace { get; init; }

    /// <summary>The running service to which the rows are written; null: they are written to the store as one new namespace.</summary>
    public Uri? Url { get; init; }

    /// <summary>The name of an interrupted import that goes on. It is part of the idempotency keys; null: a new import.</summary>
    public string? Run { get; init; }
}

/// <summary>
/// <c>soma import</c>: either makes one new namespace in a store, completely or not at all; or adds to a namespace in use through a
/// running service, with the same requests that any client sends.
/// </summary>
public static class ImportCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ImportRequest request, Func<Stream> standardInput, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            await using var stream = ImportLines.Open(request.From, standardInput);
            var source = new ImportSource(stream, format => MakeReader(format, settings), request.Format);
            if (request.Url is { } url)
            {
                using var service = new ServiceImport(request, ServiceHttp.Connect(settings, url), TimeProvider.System);
                await output.WriteLineAsync($"import {service.Run} begins; should it break off, --run {service.Run} goes on with it.".AsMemory(), cancellationToken);
                var sent = await service.RunAsync(source, cancellationToken);
                await output.WriteLineAsync($"{request.Key}: {sent.Memories} memories, {sent.Links} links and {sent.Deletes} deletes written.".AsMemory(), cancellationToken);
                return ExitCode.Stopped;
            }

            var facts = await new StoreImport(ArchiveStore.Read(settings), request).RunAsync(source, cancellationToken);
            await output.WriteLineAsync($"{request.Key}: {facts.Counts.Total} memories, {facts.LogRows} writes.".AsMemory(), cancellationToken);
            return ExitCode.Stopped;
        });

    private static ILineReader MakeReader(ImportFormat format, SettingsReader settings) => format == ImportFormat.Soma
        ? new SomaLineReader()
        : FractalMemoryLineReader.Create(
            settings.Text("SOMA_MODELS_DIR") ?? Path.Combine(AppContext.BaseDirectory, "models"), Instant.From(TimeProvider.System.GetUtcNow()));
}
