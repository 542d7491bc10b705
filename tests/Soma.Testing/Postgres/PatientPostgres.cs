using Soma.Grains.Storage.Postgres;

namespace Soma.Testing.Postgres;

/// <summary>Limits for tests that are not about limits: a busy machine may take longer for a connection or a statement than a service would wait.</summary>
public static class PatientPostgres
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    public static PostgresStoreOptions Options { get; } = new()
    {
        ConnectTimeout = Long,
        StatementTimeout = Long,
        CommandTimeout = Long + TimeSpan.FromSeconds(15),
        LockTimeout = Long,
        IdleInTransactionTimeout = Long,
        TcpUserTimeout = Long,
    };
}
