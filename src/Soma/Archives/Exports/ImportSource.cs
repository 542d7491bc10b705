using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Soma.Archives.Exports;

/// <summary>The rows of an imported file. They can be read once.</summary>
/// <param name="file">The file.</param>
/// <param name="makeReader">Makes the reader of a format.</param>
/// <param name="format">The format of the file, or <c>Auto</c>.</param>
/// <param name="progress">Counts the kilobytes that were read.</param>
internal sealed class ImportSource(ImportFile file, Func<ImportFormat, ILineReader> makeReader, ImportFormat format, Progress progress)
{
    private ILineReader? _reader;

    /// <summary>Null until the first row was read.</summary>
    public ExportHeader? Header => _reader?.Header;

    public bool NeedsVersions => _reader?.NeedsVersions ?? false;

    /// <summary>The rows in order, each with the number of its line.</summary>
    public async IAsyncEnumerable<(long Line, LogRow Row)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        await foreach (var line in ImportLines.ReadAsync(file.Stream, cancellationToken))
        {
            number++;
            progress.Set(file.KilobytesRead);
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

/// <summary>Reads the lines of a file as bytes.</summary>
internal static class ImportLines
{
    // A line holds one memory. A longer line means that the file has another format.
    private const int Longest = 256 << 20;

    /// <summary>The lines without their line ends. The last line may be incomplete.</summary>
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
