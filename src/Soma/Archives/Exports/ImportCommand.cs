namespace Soma.Archives.Exports;

/// <summary>Whose export it is.</summary>
public enum ImportFormat
{
    /// <summary>As the first line says.</summary>
    Auto,
    Soma,
    SomaFractalMemory,
}

/// <summary>What <c>soma import</c> was asked for.</summary>
public sealed record ImportRequest
{
    /// <summary>Where to.</summary>
    public required NamespaceKey Key { get; init; }

    /// <summary>A file, compressed where its name ends in <c>.gz</c>; <c>-</c>: standard input.</summary>
    public required string From { get; init; }

    public ImportFormat Format { get; init; }

    /// <summary>Whether a namespace that holds memories may be replaced. Only into a store.</summary>
    public bool Replace { get; init; }

    /// <summary>The running service to which the rows are written; null: the store itself, as one namespace.</summary>
    public Uri? Url { get; init; }

    /// <summary>Names this import in the keys of its requests, so that it can go on where it broke off; null: a new one.</summary>
    public string? Run { get; init; }
}

/// <summary>
/// <c>soma import</c>: into a store as one new namespace, all or nothing; or through a running service into a namespace in use,
/// as the writes of any other client.
/// </summary>
public static class ImportCommand
{
    /// <param name="settings">Where the store lies, or the service's token.</param>
    /// <param name="request">What to import, and where to.</param>
    /// <param name="standardInput">Gives the lines where they come from no file.</param>
    /// <param name="output">Told what was imported.</param>
    /// <param name="errors">Told in one line why nothing was, or not all.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ImportRequest request, Func<Stream> standardInput, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            await using var stream = ImportLines.Open(request.From, standardInput);
            var source = new ImportSource(stream, format => MakeReader(format, settings), request.Format);
            if (request.Url is { } url)
            {
                using var service = new ServiceImport(request, url, ApiToken.Read(settings).Value, TimeProvider.System);
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
