using Npgsql;

namespace Soma.Grains.Storage.Postgres.Failover;

/// <summary>Notices that a server did not wait for its synchronous standby.</summary>
/// <remarks>
/// If a commit's wait is cancelled (by an administrator, or by a client whose timeout is over), Postgres answers that the transaction was
/// committed, after a warning that the standby may not have it. Such an answer must not be passed on: if the standby takes over, it is lost.
/// None of Soma's statements that change something causes another warning.
/// </remarks>
internal sealed class ReplicationWarnings : IDisposable
{
    public const string Text = "Postgres did not wait for its standby.";

    private readonly NpgsqlConnection _connection;

    public ReplicationWarnings(NpgsqlConnection connection)
    {
        _connection = connection;
        connection.Notice += OnNotice;
    }

    public bool Any { get; private set; }

    public void Dispose() => _connection.Notice -= OnNotice;

    private void OnNotice(object sender, NpgsqlNoticeEventArgs notice) => Any |= notice.Notice.InvariantSeverity == "WARNING";
}
