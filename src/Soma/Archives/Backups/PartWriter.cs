using System.IO.Compression;

namespace Soma.Archives.Backups;

/// <summary>Writes one namespace as one compressed part, row by row.</summary>
internal sealed class PartWriter : IDisposable
{
    private const int Buffer = 1 << 16;

    private readonly Stream _file;
    private readonly SHA256 _hash = SHA256.Create();
    private readonly CryptoStream _hashing;
    private readonly BinaryWriter _writer;

    public PartWriter(Stream file)
    {
        _file = file;
        _hashing = new CryptoStream(file, _hash, CryptoStreamMode.Write, leaveOpen: true);
        var gzip = new GZipStream(_hashing, CompressionLevel.Optimal, leaveOpen: true);
        _writer = new BinaryWriter(new BufferedStream(gzip, Buffer), Encoding.UTF8);
        _writer.Write(PartFormat.Magic);
        _writer.Write(PartFormat.Version);
    }

    public void WriteHeader(PartHeader header)
    {
        var (key, row) = (header.Key, header.Row);
        _writer.Write(key.Tenant);
        _writer.Write(key.Name);
        foreach (var number in (long[])[
            row.Epoch, row.CommitNo, row.HeadSeq, row.LastAt, row.Counts.Episodic, row.Counts.Semantic, row.Counts.Belief, row.Counts.Vectors,
            row.Horizon])
        {
            WriteWhole(number);
        }

        WriteValue((long?)row.BroughtDimension);
        WriteValue(row.ActiveSpace);
        WriteValue(row.LargestImportance);
        WriteValue(header.Settings);
    }

    /// <returns>The number of rows that were written.</returns>
    public async Task<long> WriteTableAsync(ArchiveTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        _writer.Write(table.Name);
        _writer.Write7BitEncodedInt(table.Columns.Count);
        foreach (var column in table.Columns)
        {
            _writer.Write(column.Name);
            _writer.Write((byte)column.Type);
        }

        var count = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            _writer.Write(PartFormat.Row);
            foreach (var value in row)
            {
                WriteValue(value);
            }

            count++;
        }

        _writer.Write(PartFormat.EndOfRows);
        _writer.Write7BitEncodedInt64(count);
        return count;
    }

    /// <summary>Writes the end mark.</summary>
    /// <returns>The size of the file in bytes, and its SHA-256 in hex.</returns>
    public (long Bytes, string Sha256) Finish()
    {
        _writer.Write(PartFormat.End);
        _writer.Dispose();
        _hashing.FlushFinalBlock();
        return (_file.Position, Convert.ToHexStringLower(_hash.Hash ?? []));
    }

    public void Dispose()
    {
        _writer.Dispose();
        _hashing.Dispose();
        _hash.Dispose();
    }

    private void WriteWhole(long value) => _writer.Write7BitEncodedInt64((long)PartFormat.ZigZag(value));

    private void WriteValue(object? value)
    {
        switch (value)
        {
            case null:
                _writer.Write(PartFormat.Null);
                break;
            case bool flag:
                _writer.Write(flag ? PartFormat.True : PartFormat.Value);
                break;
            case long whole:
                _writer.Write(PartFormat.Value);
                WriteWhole(whole);
                break;
            case double real:
                _writer.Write(PartFormat.Value);
                _writer.Write(real);
                break;
            case string text:
                _writer.Write(PartFormat.Value);
                _writer.Write(text);
                break;
            case byte[] bytes:
                _writer.Write(PartFormat.Value);
                _writer.Write7BitEncodedInt(bytes.Length);
                _writer.Write(bytes);
                break;
            default:
                throw new ArgumentException($"A row holds a {value.GetType()}.", nameof(value));
        }
    }
}
