using System.ComponentModel.DataAnnotations;

namespace Soma.Grains.Storage.Postgres;

/// <summary>How a silo talks to Postgres. Every limit ends a wait that would otherwise hold a namespace's row or a caller.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>Most connections of this process. Default 32.</summary>
    [Range(4, 1000)]
    public int MaxPoolSize { get; init; } = 32;

    /// <summary>Most transactions of commits under way at once; fewer than the pool, so that reads always find a connection. Default 16.</summary>
    [Range(1, 1000)]
    public int MaxConcurrentCommits { get; init; } = 16;

    /// <summary>How long to wait for a new connection. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long the server gives a statement up, which certainly did nothing then. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how long this side gives a statement up, not knowing what became of it; longer than
    /// <see cref="StatementTimeout"/>, so that a living server answers first. Default 15 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a statement waits for a row that another one holds. Default 4 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>After how long the server ends a transaction whose client is silent. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan IdleInTransactionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long either side drops a connection whose packets stay unanswered. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan TcpUserTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a server is taken that may lose confirmed commits in a crash, because its <c>fsync</c> or
    /// <c>full_page_writes</c> is off (<c>SOMA_ALLOW_UNSAFE_POSTGRES</c>). Default false.
    /// </summary>
    public bool AllowsUnsafe { get; init; }

    /// <summary>How long a migration may take, and a silo that starts beside one waits. Default 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan MigrationTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
