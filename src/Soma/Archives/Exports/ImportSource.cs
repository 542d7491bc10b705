using System.Runtime.CompilerServices;
using Soma.Grains.Storage;

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
