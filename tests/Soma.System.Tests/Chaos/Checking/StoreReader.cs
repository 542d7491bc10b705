using System.Text;
using System.Text.Json;
using Npgsql;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Reads the contents of the store directly from the database.</summary>
internal sealed class StoreReader(string database)
{
    // The prefix of a client's idempotency key in the store. The gateways' own keys have another prefix.
    private const string ClientPrefix = "c:";

    private const string Log = """
        SELECT l.seq, l.op, l.coord, l.version, l.epoch, l.payload, l.link_type
        FROM soma.log l JOIN soma.namespaces n ON n.id = l.namespace_id
        WHERE n.tenant = 'default' AND n.name = $1 ORDER BY l.seq
        """;

    private const string Memories = """
        SELECT m.coord, m.seq, m.version, m.alive
        FROM soma.memories m JOIN soma.namespaces n ON n.id = m.namespace_id
        WHERE n.tenant = 'default' AND n.name = $1
        """;

    private const string Receipts = """
        SELECT r.key, r.status, r.body, r.seq
        FROM soma.receipts r JOIN soma.namespaces n ON n.id = r.namespace_id
        WHERE n.tenant = 'default' AND n.name = $1
        """;

    private const string Head = "SELECT head_seq FROM soma.namespaces WHERE tenant = 'default' AND name = $1";

    public async Task<StoredNamespace> ReadAsync(string name)
    {
        await using var source = NpgsqlDataSource.Create(database + ";Pooling=false");
        var heads = await ReadAsync(source, Head, name, row => row.GetInt64(0));
        var receipts = await ReadAsync(source, Receipts, name, ToReceipt);
        return new StoredNamespace
        {
            Name = name,
            HeadSeq = heads.Count > 0 ? heads[0] : 0,
            Log = await ReadAsync(source, Log, name, ToEntry),
            Memories = await ReadAsync(
                source, Memories, name, row => new StoredMemory(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3))),
            Receipts = [.. receipts.OfType<StoredReceipt>()],
        };
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlDataSource source, string sql, string name, Func<NpgsqlDataReader, T> read)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static LogEntry ToEntry(NpgsqlDataReader row)
    {
        var op = (LoggedOp)row.GetInt16(1);
        var marker = op switch
        {
            LoggedOp.Put => ReadMarker(row.GetFieldValue<byte[]>(5)),
            LoggedOp.Link or LoggedOp.Unlink => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(6)),
            _ => "",
        };
        return new LogEntry(row.GetInt64(0), op, row.GetString(2), row.GetInt64(3), row.GetInt64(4), marker);
    }

    private static string ReadMarker(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        return document.RootElement.TryGetProperty("marker", out var marker) ? marker.GetString() ?? "" : "";
    }

    private static StoredReceipt? ToReceipt(NpgsqlDataReader row)
    {
        var key = Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0));
        // Before the key of a client with an access key stand that key's id and a line feed.
        return key.StartsWith(ClientPrefix, StringComparison.Ordinal)
            ? new StoredReceipt(key[ClientPrefix.Length..].Split('\n')[^1], row.GetInt32(1), Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(2)), row.GetInt64(3))
            : null;
    }
}
