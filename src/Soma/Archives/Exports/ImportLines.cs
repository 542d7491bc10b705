using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Soma.Archives.Exports;

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
