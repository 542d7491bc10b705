using System.Runtime.CompilerServices;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

/// <summary>A namespace in one read transaction of a connection of its own, which ends with this. Reads block.</summary>
internal sealed class SqliteSnapshot(SqliteSession session, long id, NamespaceRow row, byte[]? settings) : INamespaceSnapshot
{
    public NamespaceRow Row { get; } = row;

    public long Id => id;

    public byte[]? Settings { get; } = settings;

    public IAsyncEnumerable<object?[]> ReadAsync(ArchiveTable table, CancellationToken cancellationToken) =>
        ReadAsync(table, $"read_{table.Name}", [id], cancellationToken);

    public IAsyncEnumerable<object?[]> ReadChangesAsync(ArchiveTable table, ChangesSince since, CancellationToken cancellationToken)
    {
        object?[] values = [id, since.Seq, since.RefinedSeq, since.NextEnd, since.WithCompacted, since.WithAccesses, since.WithAnswers];
        return ReadAsync(table, $"changed_{table.Name}", values, cancellationToken);
    }

    public Task<SnapshotMarks> ReadMarksAsync(long seq, CancellationToken cancellationToken) =>
        Task.FromResult(SqliteArchive.Guard(() => session.Read(SqliteArchive.Sql["read_marks"], ArchiveRows.Marks, id, seq)[0]));

    public Task<long> CountCompactedAsync(long seq, CancellationToken cancellationToken) =>
        Task.FromResult(SqliteArchive.Guard(() => session.Read(SqliteArchive.Sql["count_compacted"], row => row.GetInt64(0), id, seq)[0]));

    private async IAsyncEnumerable<object?[]> ReadAsync(
        ArchiveTable table, string statement, object?[] values, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        using var reader = session.Open(SqliteArchive.Sql[statement], values);
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
