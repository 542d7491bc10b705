using System.Runtime.CompilerServices;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>A namespace in one read transaction of a connection of its own, which ends with this. Reads block.</summary>
internal sealed class SqliteSnapshot(SqliteSession session, long id, NamespaceRow row, byte[]? settings) : INamespaceSnapshot
{
    public NamespaceRow Row { get; } = row;

    public byte[]? Settings { get; } = settings;

    public async IAsyncEnumerable<object?[]> ReadAsync(ArchiveTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        using var reader = session.Open(SqliteArchive.Sql[$"read_{table.Name}"], id);
        while (SqliteArchive.Guard(reader.Read))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return ArchiveRows.Read(reader, table);
        }
    }

    public Task<NamespaceFacts> ExamineAsync(CancellationToken cancellationToken) =>
        Task.FromResult(SqliteArchive.Guard(() => SqliteArchive.Examine(session, id)));

    public ValueTask DisposeAsync()
    {
        session.Dispose();
        return ValueTask.CompletedTask;
    }
}
