using System.Buffers;
using System.Security.Cryptography;

namespace Soma.Grains.Storage.Archives.Exports;

/// <summary>Writes the log of a namespace as JSON Lines: a header, one line per row in the order of seqs, and an end with their hash.</summary>
public sealed class ExportWriter(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, ExportFormat.Writing);
    private long _rows;

    public void WriteHeader(ExportHeader header)
    {
        Begin();
        _json.WriteNumber("soma_export", ExportFormat.Version);
        _json.WriteString("tenant", header.Key.Tenant);
        _json.WriteString("namespace", header.Key.Name);
        _json.WriteNumber("head_seq", header.HeadSeq);
        _json.WriteNumber("horizon", header.Horizon);
        if (header.Settings is { } settings)
        {
            _json.WriteBase64String("settings", settings);
        }

        End();
    }

    public void WriteRow(LogRow row)
    {
        Begin();
        _json.WriteNumber("seq", row.Seq);
        _json.WriteString("op", ExportFormat.Ops[(int)row.Op]);
        _json.WriteString("coord", row.Coordinate.Text);
        _json.WriteString("at", ExportFormat.Time(row.At));
        if (row.By is { } by)
        {
            _json.WriteString("by", by);
        }

        if (row.Link is { } link)
        {
            WriteLink(row.Op, link);
        }
        else
        {
            WriteMemory(row);
        }

        End();
        _rows++;
    }

    /// <summary>Writes the last line. An export without it is incomplete.</summary>
    public void WriteEnd()
    {
        var hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        Begin();
        _json.WriteBoolean("end", true);
        _json.WriteNumber("rows", _rows);
        _json.WriteString("sha256", hash);
        End();
    }

    public void Dispose()
    {
        _hash.Dispose();
        _json.Dispose();
    }

    private void WriteMemory(LogRow row)
    {
        var memory = row.Memory;
        _json.WriteNumber("version", row.Version);
        _json.WriteNumber("created_seq", memory.CreatedSeq);
        _json.WriteString("created_at", ExportFormat.Time(memory.CreatedAt));
        _json.WriteString("memory_type", memory.Type.ToName());
        if (row.Op == LogOp.Delete)
        {
            if (row.Reason is { } reason)
            {
                _json.WriteString("reason", reason);
            }

            return;
        }

        _json.WriteNumber("importance", memory.Importance);
        if (memory.ExpiresAt is { } end)
        {
            _json.WriteString("expires_at", ExportFormat.Time(end));
        }

        _json.WriteBoolean("has_text", memory.HasText);
        if (memory.Text is { } text)
        {
            _json.WriteString("text", text);
        }

        if (memory.BroughtVector is { } vector)
        {
            _json.WriteBase64String("embedding", vector);
        }

        WriteJson("payload", row.Payload);
    }

    private void WriteLink(LogOp op, LinkRow link)
    {
        _json.WriteString("to", link.Key.To.Text);
        _json.WriteString("link_type", link.Key.Type);
        if (op == LogOp.Link)
        {
            _json.WriteNumber("strength", link.Strength);
            WriteJson("metadata", link.Metadata);
        }
    }

    /// <summary>Writes JSON as it was sent. JSON with line breaks does not fit into one line, so it is written as base64.</summary>
    private void WriteJson(string name, byte[]? json)
    {
        if (json?.AsSpan().ContainsAny((byte)'\n', (byte)'\r') == true)
        {
            _json.WriteBase64String(name + "_base64", json);
        }
        else if (json is not null)
        {
            _json.WriteRaw(name, json);
        }
    }

    private void Begin()
    {
        _line.ResetWrittenCount();
        _json.Reset(_line);
        _json.WriteStartObject();
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _hash.AppendData(_line.WrittenSpan);
        stream.Write(_line.WrittenSpan);
    }
}
