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

    public byte[]? Settings { get; } = settings;

    public async IAsyncEnumerable<object?[]> ReadAsync(ArchiveTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresArchive.Sql[$"read_{table.Name}"], connection);
        command.Parameters.Add(Of(id));
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
