using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Soma.Archives.Exports;

/// <summary>The rows of a file that is imported, read once.</summary>
/// <param name="stream">The file.</param>
/// <param name="makeReader">Makes what reads a format.</param>
/// <param name="format">Which one.</param>
internal sealed class ImportSource(Stream stream, Func<ImportFormat, ILineReader> makeReader, ImportFormat format)
{
    private ILineReader? _reader;

    /// <summary>Known once the first row is there.</summary>
    public ExportHeader? Header => _reader?.Header;

    public bool NeedsVersions => _reader?.NeedsVersions ?? false;

    /// <summary>The rows in order, each with the number of its line.</summary>
    public async IAsyncEnumerable<(long Line, LogRow Row)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        await foreach (var line in ImportLines.ReadAsync(stream, cancellationToken))
        {
            number++;
            _reader ??= makeReader(FormatOf(line));
            foreach (var row in _reader.Read(line, number))
            {
                yield return (number, row);
            }
        }

        if (_reader is null)
        {
            throw ArchiveProcess.Refuse("the file is empty.");
        }

        _reader.Finish();
    }

    private ImportFormat FormatOf(byte[] firstLine) =>
        format != ImportFormat.Auto ? format
        : SomaLineReader.IsHeader(firstLine) ? ImportFormat.Soma
        : ImportFormat.SomaFractalMemory;
}

/// <summary>Makes rows of a log of the lines of some format. Rows come numbered 1, 2, 3, … whatever the lines say.</summary>
internal interface ILineReader
{
    /// <summary>Whether a coordinate may come twice with versions that nobody has numbered.</summary>
    bool NeedsVersions { get; }

    /// <summary>What an export says of itself; null: this format says nothing.</summary>
    ExportHeader? Header { get; }

    /// <summary>The rows of the next line; none for one that holds nothing to import.</summary>
    /// <exception cref="Soma.Hosting.StartupException">The line is not of the format; its number is named.</exception>
    IReadOnlyList<LogRow> Read(byte[] line, long number);

    /// <summary>Called after the last line.</summary>
    /// <exception cref="Soma.Hosting.StartupException">Something is missing.</exception>
    void Finish();
}

/// <summary>The first line of an export: what it is of.</summary>
internal sealed record ExportHeader(NamespaceKey Key, long HeadSeq, long Horizon, byte[]? Settings);

/// <summary>A file's lines as bytes, one at a time; compressed where its name ends in <c>.gz</c>.</summary>
internal static class ImportLines
{
    // A line is a memory with all it has; one that is longer is no line.
    private const int Longest = 256 << 20;

    public static Stream Open(string path, Func<Stream> standardInput)
    {
        try
        {
            return path == "-" ? standardInput()
                : path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(File.OpenRead(path), CompressionMode.Decompress)
                : File.OpenRead(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ArchiveProcess.Refuse($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The lines without their ends; of an unfinished last one, what there is of it.</summary>
    public static async IAsyncEnumerable<byte[]> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16));
        while (true)
        {
            var result = await NextAsync(pipe, cancellationToken);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (result.IsCompleted)
            {
                if (buffer.Length > 0)
                {
                    yield return buffer.ToArray();
                }

                yield break;
            }

            if (buffer.Length > Longest)
            {
                throw ArchiveProcess.Refuse($"a line is longer than {Longest} bytes.");
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static async Task<ReadResult> NextAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        try
        {
            return await pipe.ReadAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw ArchiveProcess.Refuse($"the file is damaged or cut off: {failure.Message}", failure);
        }
    }
}
