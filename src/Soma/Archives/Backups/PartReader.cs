using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Soma.Archives.Backups;

/// <summary>
/// Reads a part in its order: header, tables, end. A damaged part is refused with <see cref="Soma.Hosting.StartupException"/>.
/// </summary>
internal sealed class PartReader : IDisposable
{
    private const int Buffer = 1 << 16;

    private readonly string _name;
    private readonly Stream _file;
    private readonly SHA256 _hash = SHA256.Create();
    private readonly CryptoStream _hashing;
    private readonly BinaryReader _reader;

    /// <param name="name">The part's name in error messages.</param>
    /// <param name="file">The file, at its beginning. The reader closes it.</param>
    public PartReader(string name, Stream file)
    {
        (_name, _file) = (name, file);
        _hashing = new CryptoStream(file, _hash, CryptoStreamMode.Read);
        _reader = new BinaryReader(new BufferedStream(new GZipStream(_hashing, CompressionMode.Decompress), Buffer), Encoding.UTF8);
    }

    public PartHeader ReadHeader() => Guard(() =>
    {
        if (!_reader.ReadBytes(PartFormat.Magic.Length).AsSpan().SequenceEqual(PartFormat.Magic))
        {
            throw ArchiveProcess.Refuse($"{_name} is no part of a backup.");
        }

        var version = _reader.ReadByte();
        if (version > PartFormat.Version)
        {
            throw ArchiveProcess.Refuse($"{_name} has format {version}; this build reads up to {PartFormat.Version}.");
        }

        var key = new NamespaceKey(_reader.ReadString(), _reader.ReadString());
        var row = new NamespaceRow
        {
            Epoch = ReadWhole(),
            CommitNo = ReadWhole(),
            HeadSeq = ReadWhole(),
            LastAt = ReadWhole(),
            Counts = new MemoryCounts(ReadWhole(), ReadWhole(), ReadWhole(), ReadWhole()),
            Horizon = ReadWhole(),
            BroughtDimension = (int?)(long?)ReadValue(ArchiveColumnType.Long),
            ActiveSpace = (string?)ReadValue(ArchiveColumnType.Text),
            LargestImportance = (double?)ReadValue(ArchiveColumnType.Real),
        };
        return new PartHeader(key, row, (byte[]?)ReadValue(ArchiveColumnType.Bytes));
    });

    /// <summary>Reads the rows of the next table. If that is another table, the part is refused.</summary>
    public async IAsyncEnumerable<object?[]> ReadTableAsync(ArchiveTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var columns = Guard(() => ReadColumns(table));
        var count = 0L;
        while (Guard(() => ReadRow(table, columns)) is { } row)
        {
            cancellationToken.ThrowIfCancellationRequested();
            count++;
            yield return row;
        }

        if (Guard(_reader.Read7BitEncodedInt64) != count)
        {
            throw ArchiveProcess.Refuse($"{_name}: table {table.Name} has {count} rows, and says otherwise.");
        }
    }

    /// <summary>Reads the end mark. If anything follows it, the part is refused.</summary>
    /// <returns>The size of the whole file and its SHA-256.</returns>
    public (long Bytes, string Sha256) ReadEnd() => Guard(() =>
    {
        if (!_reader.ReadBytes(PartFormat.End.Length).AsSpan().SequenceEqual(PartFormat.End) || _reader.BaseStream.ReadByte() >= 0)
        {
            throw ArchiveProcess.Refuse($"{_name} does not end where a part should.");
        }

        // The decompressor may leave bytes of the file unread. They count for the hash.
        _hashing.CopyTo(Stream.Null);
        return (_file.Length, Convert.ToHexStringLower(_hash.Hash ?? []));
    });

    public void Dispose()
    {
        _reader.Dispose();
        _hash.Dispose();
    }

    /// <summary>
    /// How many of the table's columns the part has. A part of an older build may lack the last ones, which newer builds have added and which
    /// may be null.
    /// </summary>
    private int ReadColumns(ArchiveTable table)
    {
        var name = _reader.ReadString();
        var columns = Enumerable.Range(0, _reader.Read7BitEncodedInt())
            .Select(_ => new ArchiveColumn(_reader.ReadString(), (ArchiveColumnType)_reader.ReadByte())).ToArray();
        return name == table.Name && columns.Length >= table.FirstColumns && columns.SequenceEqual(table.Columns.Take(columns.Length))
            ? columns.Length
            : throw ArchiveProcess.Refuse($"{_name}: a table {name} of {columns.Length} columns where {table.Name} was expected.");
    }

    private object?[]? ReadRow(ArchiveTable table, int columns) =>
        _reader.ReadByte() == PartFormat.EndOfRows ? null : [.. table.Columns.Select((column, i) => i < columns ? ReadValue(column.Type) : null)];

    private object? ReadValue(ArchiveColumnType type) => (_reader.ReadByte(), type) switch
    {
        (PartFormat.Null, _) => null,
        (var mark, ArchiveColumnType.Flag) => mark == PartFormat.True,
        (_, ArchiveColumnType.Real) => _reader.ReadDouble(),
        (_, ArchiveColumnType.Text) => _reader.ReadString(),
        (_, ArchiveColumnType.Bytes) => ReadBytes(),
        _ => ReadWhole(),
    };

    private byte[] ReadBytes()
    {
        var bytes = _reader.ReadBytes(_reader.Read7BitEncodedInt() is var length and >= 0 ? length : throw new EndOfStreamException());
        return bytes.Length == length ? bytes : throw new EndOfStreamException();
    }

    private long ReadWhole() => PartFormat.UnZigZag((ulong)_reader.Read7BitEncodedInt64());

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or FormatException or ArgumentException or DecoderFallbackException)
        {
            throw ArchiveProcess.Refuse($"{_name} is damaged or cut off: {failure.Message}", failure);
        }
    }
}
