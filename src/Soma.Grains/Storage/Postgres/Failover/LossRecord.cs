using Npgsql;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres.Failover;

/// <summary>The table of losses, and what a server says of itself.</summary>
public static class LossRecord
{
    private const string NoNamespace = "";

    /// <summary>What the database lacks and no operator has accepted.</summary>
    /// <param name="address">A connection string or a URL.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or refuses the user.</exception>
    public static Task<IReadOnlyList<LostStretch>> ReadAsync(string address, CancellationToken cancellationToken) =>
        RunAsync(address, PostgresSql.Named["read_losses"], cancellationToken);

    /// <summary>Accepts what the database lacks, in one transaction. Every silo goes on within a second or two.</summary>
    /// <param name="address">A connection string or a URL.</param>
    /// <param name="cancellationToken">Gives up; the words may have been heard.</param>
    /// <returns>What was accepted; empty: nothing is lost, and nothing was changed.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be reached, or refuses the user.</exception>
    public static Task<IReadOnlyList<LostStretch>> AcceptAsync(string address, CancellationToken cancellationToken) =>
        RunAsync(address, PostgresSql.Named["accept_losses"], cancellationToken);

    internal static async Task<ServerState> ReadServerAsync(NpgsqlConnection connection)
    {
        // A server that hangs is left for another one well before the statements that wait for it give up.
        await using var command = new NpgsqlCommand(PostgresSql.Named["read_server"], connection) { CommandTimeout = 5 };
        return (await command.ReadRowsAsync([], ToState, CancellationToken.None))[0];
    }

    internal static async Task<IReadOnlyList<LostStretch>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["read_losses"], connection);
        return await command.ReadRowsAsync([], ToStretch, cancellationToken);
    }

    internal static async Task WriteAsync(NpgsqlConnection connection, ServerIdentity server, IReadOnlyList<LostStretch> found)
    {
        // A statement cannot write a row twice, and an owner and the check of the server may have found the same loss.
        var lost = found.GroupBy(stretch => stretch.Key).Select(same => same.MaxBy(stretch => stretch.KnownSeq)!).ToList();
        await using var command = new NpgsqlCommand(PostgresSql.Named["record_loss"], connection);
        await command.ExecuteAsync(
            [
                Of(NameOf(server)),
                Of(lost.Select(stretch => stretch.Key?.Tenant ?? NoNamespace).ToArray()), Of(lost.Select(stretch => stretch.Key?.Name ?? NoNamespace).ToArray()),
                Of(lost.Select(stretch => stretch.KnownSeq).ToArray()), Of(lost.Select(stretch => stretch.StoredSeq).ToArray()),
            ],
            CancellationToken.None);
    }

    /// <summary>Which of these commits the server lacks, and which of their namespaces have no row.</summary>
    internal static async Task<IReadOnlyList<(long Id, bool IsThere, long Head)>> FindLostAsync(
        NpgsqlConnection connection, IReadOnlyList<AcknowledgedHead> heads)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["find_lost_heads"], connection);
        NpgsqlParameter[] columns =
        [
            Of(heads.Select(head => head.Id).ToArray()), Of(heads.Select(head => head.Seq).ToArray()),
            Of(heads.Select(head => head.At).ToArray()), Of(heads.Select(head => head.Epoch).ToArray()),
        ];
        return await command.ReadRowsAsync(columns, row => (row.GetInt64(0), row.GetBoolean(1), row.GetInt64(2)), CancellationToken.None);
    }

    internal static async Task<bool> WasAcceptedAsync(NpgsqlConnection connection, ServerIdentity server)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Named["was_cut_accepted"], connection);
        return (await command.ReadRowsAsync([Of(NameOf(server))], row => row.GetBoolean(0), CancellationToken.None))[0];
    }

    // A restart of the promoted server does not make its loss another one.
    private static string NameOf(ServerIdentity server) => string.Create(CultureInfo.InvariantCulture, $"{server.System}/{server.Timeline}");

    private static async Task<IReadOnlyList<LostStretch>> RunAsync(string address, string statement, CancellationToken cancellationToken)
    {
        await using var dataSource = PostgresDataSource.Create(address, PostgresArchive.Limits);
        return await PostgresArchive.GuardAsync(async () =>
        {
            await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await PostgresArchive.CheckSchemaAsync(connection, cancellationToken);
            await using var command = new NpgsqlCommand(statement, connection);
            return await command.ReadRowsAsync([], ToStretch, cancellationToken);
        });
    }

    private static LostStretch ToStretch(NpgsqlDataReader row) => new(
        row.GetString(1) == NoNamespace ? null : new NamespaceKey(row.GetString(0), row.GetString(1)), row.GetInt64(2), row.GetInt64(3));

    private static ServerState ToState(NpgsqlDataReader row) => new(
        new ServerIdentity(row.GetDecimal(0), row.GetInt32(1), row.GetDateTime(2)),
        row.IsDBNull(3) ? null : (ulong)row.GetFieldValue<NpgsqlTypes.NpgsqlLogSequenceNumber>(3),
        row.GetBoolean(4),
        row.GetBoolean(5),
        row.GetBoolean(6));
}
