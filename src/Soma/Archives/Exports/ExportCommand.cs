using System.IO.Compression;

namespace Soma.Archives.Exports;

/// <summary>The arguments of <c>soma export</c>.</summary>
/// <param name="Key">The namespace.</param>
/// <param name="To">A new file, compressed if its name ends in <c>.gz</c>; <c>-</c>: standard output.</param>
public sealed record ExportRequest(NamespaceKey Key, string To);

/// <summary><c>soma export</c>: writes the canonical data of a namespace as JSON Lines, in its state after one seq. A service may go on serving it.</summary>
public static class ExportCommand
{
    private const string StandardOutput = "-";

    public static Task<ExitCode> RunAsync(
        SettingsReader settings, ExportRequest request, Func<Stream> standardOutput, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            await using var reader = await ArchiveStore.Read(settings).OpenReaderAsync(cancellationToken);
            await using var snapshot = await reader.OpenAsync(request.Key, cancellationToken)
                ?? throw new StartupException(ExitCode.ArchiveRefused, $"there is no namespace {request.Key}.");
            try
            {
                if (request.To == StandardOutput)
                {
                    await using var stream = standardOutput();
                    await WriteAsync(snapshot, request, stream, cancellationToken);
                }
                else
                {
                    await WriteFileAsync(snapshot, request, cancellationToken);
                    await output.WriteLineAsync(
                        $"{request.To}: {request.Key} with {snapshot.Row.Counts.Total} memories, {snapshot.Row.HeadSeq} writes.".AsMemory(), cancellationToken);
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw ArchiveProcess.Unwritable($"{request.To} cannot be written: {failure.Message}", failure);
            }

            return ExitCode.Stopped;
        });

    // The file has another name until it is complete, so that nobody takes an incomplete file for the export.
    private static async Task WriteFileAsync(INamespaceSnapshot snapshot, ExportRequest request, CancellationToken cancellationToken)
    {
        if (File.Exists(request.To))
        {
            throw ArchiveProcess.Unwritable($"{request.To} is there already; give the export another file.");
        }

        var unfinished = request.To + ".tmp";
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            var isCompressed = request.To.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            await using (var compressed = isCompressed ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null)
            {
                await WriteAsync(snapshot, request, compressed ?? (Stream)file, cancellationToken);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, request.To);
    }

    private static async Task WriteAsync(INamespaceSnapshot snapshot, ExportRequest request, Stream stream, CancellationToken cancellationToken)
    {
        var buffered = new BufferedStream(stream, 1 << 16);
        using var export = new ExportWriter(buffered);
        export.WriteHeader(new ExportHeader(request.Key, snapshot.Row.HeadSeq, snapshot.Row.Horizon, snapshot.Settings));
        await foreach (var row in snapshot.ReadAsync(ArchiveTables.Log, cancellationToken))
        {
            export.WriteRow(ArchivedLog.FromRow(row));
        }

        export.WriteEnd();
        await buffered.FlushAsync(cancellationToken);
    }
}
