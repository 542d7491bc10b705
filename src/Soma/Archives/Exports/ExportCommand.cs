namespace Soma.Archives.Exports;

/// <summary>The arguments of <c>soma export</c>.</summary>
/// <param name="Key">The namespace.</param>
/// <param name="To">A new file, compressed if its name ends in <c>.gz</c>; <c>-</c>: standard output.</param>
public sealed record ExportRequest(NamespaceKey Key, string To);

/// <summary><c>soma export</c>: writes the canonical data of a namespace as JSON Lines, in its state after one seq. A service may go on serving it.</summary>
public static class ExportCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ExportRequest request, Func<Stream> standardOutput, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            await using var reader = await ArchiveStore.Read(settings).OpenReaderAsync(cancellationToken);
            await using var snapshot = await reader.OpenAsync(request.Key, cancellationToken)
                ?? throw new StartupException(ExitCode.ArchiveRefused, $"there is no namespace {request.Key}.");
            using (var progress = Progress.Begin(errors, "export", "writes", snapshot.Row.HeadSeq))
            {
                await Interruption.SayingAsync(
                    () => WriteAsync(snapshot, request, standardOutput, progress, cancellationToken),
                    () => "There is no export; the same command begins anew.",
                    cancellationToken);
            }

            if (request.To != ExportFile.StandardOutput)
            {
                await output.WriteLineAsync(
                    $"{request.To}: {request.Key} with {snapshot.Row.Counts.Total} memories, {snapshot.Row.HeadSeq} writes.".AsMemory(), cancellationToken);
            }

            return ExitCode.Stopped;
        });

    private static async Task WriteAsync(
        INamespaceSnapshot snapshot, ExportRequest request, Func<Stream> standardOutput, Progress progress, CancellationToken cancellationToken)
    {
        if (request.To != ExportFile.StandardOutput)
        {
            await ExportFile.WriteAsync(request.To, file => WriteAsync(snapshot, request, file, progress, cancellationToken));
            return;
        }

        try
        {
            await using var stream = standardOutput();
            await WriteAsync(snapshot, request, stream, progress, cancellationToken);
        }
        catch (IOException failure)
        {
            throw ArchiveProcess.Unwritable($"{request.To} cannot be written: {failure.Message}", failure);
        }
    }

    private static async Task WriteAsync(INamespaceSnapshot snapshot, ExportRequest request, Stream stream, Progress progress, CancellationToken cancellationToken)
    {
        var buffered = new BufferedStream(stream, 1 << 16);
        using var export = new ExportWriter(buffered);
        export.WriteHeader(new ExportHeader(request.Key, snapshot.Row.HeadSeq, snapshot.Row.Horizon, snapshot.Settings));
        await foreach (var row in progress.CountAsync(snapshot.ReadAsync(ArchiveTables.Log, cancellationToken)))
        {
            export.WriteRow(ArchivedLog.FromRow(row));
        }

        export.WriteEnd();
        await buffered.FlushAsync(cancellationToken);
    }
}
