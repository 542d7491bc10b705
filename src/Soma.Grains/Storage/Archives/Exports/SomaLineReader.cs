using System.Security.Cryptography;

namespace Soma.Grains.Storage.Archives.Exports;

/// <summary>Reads exports of <see cref="ExportWriter"/>, and refuses incomplete or altered ones.</summary>
public sealed class SomaLineReader : ILineReader, IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _rows;
    private bool _isEnded;

    public bool NeedsVersions => false;

    public ExportHeader? Header { get; private set; }

    /// <summary>Whether a first line is the header of such an export.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) => line.TrimStart((byte)' ').StartsWith("{\"soma_export\":"u8);

    public IReadOnlyList<LogRow> Read(byte[] line, long number)
    {
        if (line.Length == 0 || _isEnded)
        {
            return line.Length == 0 ? [] : throw new ExportRefusedException($"line {number}: there is more after the end.");
        }

        using var document = ExportFormat.Parse(line, number);
        var fields = new LineFields(document.RootElement, number);
        if (fields.Flag("end") == true)
        {
            ReadEnd(fields);
            return [];
        }

        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
        if (Header is null)
        {
            Header = ReadHeader(fields);
            return [];
        }

        var row = ReadRow(fields);
        _rows++;
        return row.Seq == _rows ? [row] : throw fields.Wrong($"seq {row.Seq} where {_rows} was expected");
    }

    public void Finish()
    {
        if (!_isEnded)
        {
            throw new ExportRefusedException("the export is cut off: its last line is missing.");
        }
    }

    public void Dispose() => _hash.Dispose();

    /// <exception cref="ExportRefusedException">The line is no header, or one of a newer format.</exception>
    public static ExportHeader ReadHeader(LineFields fields)
    {
        var format = fields.Whole("soma_export") ?? 0;
        if (format is < 1 or > ExportFormat.Version)
        {
            throw new ExportRefusedException($"the export has format {format}; this build reads up to {ExportFormat.Version}.");
        }

        return new ExportHeader(
            new NamespaceKey(fields.RequiredText("tenant"), fields.RequiredText("namespace")),
            fields.Whole("head_seq") ?? 0,
            fields.Whole("horizon") ?? 0,
            fields.Base64("settings"));
    }

    /// <summary>Reads the line of a change, whatever its seq is.</summary>
    /// <exception cref="ExportRefusedException">The line is none.</exception>
    public static LogRow ReadRow(LineFields fields)
    {
        var name = fields.RequiredText("op");
        var op = ExportFormat.Ops.IndexOf(name) is var number and >= 0 ? (LogOp)number : throw fields.Wrong($"an unknown op {name}");
        var (seq, coordinate, at) = (fields.Whole("seq") ?? 0, fields.Coordinate("coord"), fields.RequiredTime("at"));
        if (op is LogOp.Put or LogOp.Delete)
        {
            return ReadMemory(fields, op, MemoryRow.Tombstone(coordinate, seq, fields.Whole("version") ?? 0) with { UpdatedAt = at, By = fields.Text("by") });
        }

        var key = new LinkKey(coordinate, fields.Coordinate("to"), fields.RequiredText("link_type"));
        return LogRow.OfLink(op, 0, new LinkRow(key, fields.Real("strength") ?? 0, fields.Json("metadata"), seq), at, fields.Text("by"));
    }

    private static LogRow ReadMemory(LineFields fields, LogOp op, MemoryRow row)
    {
        var payload = fields.Json("payload");
        var memory = row with
        {
            Alive = op == LogOp.Put,
            CreatedSeq = fields.Whole("created_seq") ?? row.Seq,
            CreatedAt = fields.RequiredTime("created_at"),
            Type = fields.MemoryType("memory_type"),
            Importance = fields.Real("importance") ?? 0,
            ExpiresAt = fields.Time("expires_at"),
            HasText = fields.Flag("has_text") ?? false,
            Text = fields.Text("text"),
            BroughtVector = fields.Base64("embedding"),
            Payload = payload ?? [],
        };
        return new LogRow(op, 0, memory)
        {
            IsEmptied = op == LogOp.Put && payload is null,
            Reason = op == LogOp.Delete ? fields.Text("reason") : null,
        };
    }

    private void ReadEnd(LineFields fields)
    {
        if (fields.Whole("rows") != _rows || fields.Text("sha256") != Convert.ToHexStringLower(_hash.GetHashAndReset()) || Header?.HeadSeq != _rows)
        {
            throw fields.Wrong("the lines are not those that were exported: altered, or some are missing");
        }

        _isEnded = true;
    }
}
