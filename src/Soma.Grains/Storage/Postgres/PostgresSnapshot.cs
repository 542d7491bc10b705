using System.Runtime.CompilerServices;
using Npgsql;
using Soma.Grains.Storage.Archives;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

/// <summary>A namespace in one repeatable-read transaction, which ends with this.</summary>
internal sealed class PostgresSnapshot(
    NpgsqlConnection connection, NpgsqlTransaction transaction, long id, NamespaceRow row, byte[]? settings) : INamespaceSnapshot
{
    public NamespaceRow Row { get; } = row;

    public long Id => id;

    public byte[]? Settings { get; } = settings;

    public IAsyncEnumerable<object?[]> ReadAsync(ArchiveTable table, CancellationToken cancellationToken) =>
        ReadAsync(table, $"read_{table.Name}", [Of(id)], cancellationToken);

    public IAsyncEnumerable<object?[]> ReadChangesAsync(ArchiveTable table, ChangesSince since, CancellationToken cancellationToken) => ReadAsync(
        table,
        $"changed_{table.Name}",
        [Of(id), Of(since.Seq), Of(since.RefinedSeq), Of(since.NextEnd), Of(since.WithCompacted), Of(since.WithAccesses), Of(since.WithAnswers)],
        cancellationToken);

    public async Task<SnapshotMarks> ReadMarksAsync(long seq, CancellationToken cancellationToken) =>
        (await PostgresArchive.ReadAsync(connection, "read_marks", [Of(id), Of(seq)], ArchiveRows.Marks, cancellationToken))[0];

    public async Task<long> CountCompactedAsync(long seq, CancellationToken cancellationToken) =>
        (await PostgresArchive.ReadAsync(connection, "count_compacted", [Of(id), Of(seq)], row => row.GetInt64(0), cancellationToken))[0];

    private async IAsyncEnumerable<object?[]> ReadAsync(
        ArchiveTable table, string statement, NpgsqlParameter[] parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresArchive.Sql[statement], connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await PostgresArchive.GuardAsync(() => command.ExecuteReaderAsync(cancellationToken));
        while (await PostgresArchive.GuardAsync(() => reader.ReadAsync(cancellationToken)))
        {
            yield return ArchiveRows.Read(reader, table);
        }
    }

    public Task<NamespaceFacts> ExamineAsync(CancellationToken cancellationToken) =>
        PostgresArchive.ExamineAsync(connection, id, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
