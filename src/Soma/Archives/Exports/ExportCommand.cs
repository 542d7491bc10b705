using System.IO.Compression;

namespace Soma.Archives.Exports;

/// <summary>What <c>soma export</c> was asked for.</summary>
/// <param name="Key">Which namespace.</param>
/// <param name="To">A new file, compressed where its name ends in <c>.gz</c>; <c>-</c>: standard output.</param>
public sealed record ExportRequest(NamespaceKey Key, string To);

/// <summary><c>soma export</c>: a namespace's canonical data as JSON Lines, as one seq left it, while whoever serves it goes on.</summary>
public static class ExportCommand
{
    private const string StandardOutput = "-";

    /// <param name="settings">Where the store lies.</param>
    /// <param name="request">What to export, and where to.</param>
    /// <param name="standardOutput">Takes the lines where they go to no file.</param>
    /// <param name="output">Told what was written, where that is a file.</param>
    /// <param name="errors">Told in one line why nothing was.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
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

    // Under another name until it is whole, so that nothing takes a part of it for the export.
    private static async Task WriteFileAsync(INamespaceSnapshot snapshot, ExportRequest request, CancellationToken cancellationToken)
    {
        if (File.Exists(request.To))
        {
            throw ArchiveProcess.Unwritable($"{request.To} is there already; give the export another file.");
        }

        var unfinished = request.To + ".tmp";
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            if (request.To.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                await using var compressed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
                await WriteAsync(snapshot, request, compressed, cancellationToken);
            }
            else
            {
                await WriteAsync(snapshot, request, file, cancellationToken);
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
