using Soma.Grains.Storage.Postgres;

namespace Soma.Silo.Hosting;

/// <summary>The settings of one silo.</summary>
public sealed record SiloOptions
{
    /// <summary><c>SOMA_CLUSTER_ID</c>: the same for all silos of one cluster.</summary>
    public string ClusterId { get; init; } = "soma";

    /// <summary>
    /// <c>SOMA_SERVICE_ID</c>: the same for all clusters of one service. Grain storage keeps its rows under it.
    /// </summary>
    public string ServiceId { get; init; } = "soma";

    /// <summary>
    /// <c>SOMA_MAX_REQUEST_BODY_MB</c>: the largest request body that the gateway accepts, in bytes; null: not limited.
    /// </summary>
    public long? MaxRequestBodyBytes { get; init; } = 5L << 20;

    /// <summary>The timeout of a call to a grain. It is longer than the gateway's own deadline.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// Limits of the grains, their lease (<c>SOMA_READ_LEASE_SECONDS</c>), their memory budget
    /// (<c>SOMA_MEMORY_BUDGET_MB</c>) and the models that embed texts (<c>SOMA_EMBEDDINGS</c>).
    /// </summary>
    public GrainsOptions Grains { get; init; } = new();

    /// <summary>Settings of the Postgres store (<c>SOMA_ALLOW_UNSAFE_POSTGRES</c>). They have no effect on SQLite.</summary>
    public PostgresStoreOptions Postgres { get; init; } = new();

    /// <summary>Reads these settings from the environment.</summary>
    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    public static SiloOptions Read(SettingsReader settings)
    {
        var megabytes = settings.Number("SOMA_MAX_REQUEST_BODY_MB", 5, double.MinValue, 1024);
        return new SiloOptions
        {
            ClusterId = ClusterNames.ClusterId(settings),
            ServiceId = ClusterNames.ServiceId(settings),
            MaxRequestBodyBytes = megabytes > 0 ? (long)(megabytes * (1 << 20)) : null,
            // The grain reports a passed deadline with more detail than Orleans' call timeout, so the grain's report
            // must come first.
            ResponseTimeout = TimeSpan.FromSeconds(settings.Number("SOMA_REQUEST_TIMEOUT_SECONDS", 10, 0.1, 600) + 2),
            Postgres = new PostgresStoreOptions { AllowsUnsafe = PostgresSettings.AllowsUnsafe(settings) },
            Grains = ReadGrains(settings),
        };
    }

    /// <summary>The largest message between gateway and silo, in bytes.</summary>
    public int MaxMessageBytes => ClusterNames.MaxMessageBytes(MaxRequestBodyBytes);

    private static GrainsOptions ReadGrains(SettingsReader settings)
    {
        var defaults = new GrainsOptions();
        var budget = settings.Number("SOMA_MEMORY_BUDGET_MB", defaults.MemoryBudgetBytes / (double)(1 << 20), 16, 1 << 20);
        return defaults with
        {
            Engine = defaults.Engine with
            {
                ReadLease = TimeSpan.FromSeconds(settings.Number("SOMA_READ_LEASE_SECONDS", 1, 0.05, 60)),
                ResidentLimit = settings.WholeNumber("SOMA_RESIDENT_LIMIT", (int)defaults.Engine.ResidentLimit, 0, int.MaxValue),
                Sweep = defaults.Engine.Sweep with
                {
                    Interval = TimeSpan.FromSeconds(settings.Number("SOMA_SWEEP_INTERVAL_SECONDS", 10, 1, 3600)),
                    CompactionInterval = TimeSpan.FromSeconds(settings.Number("SOMA_COMPACTION_INTERVAL_SECONDS", 60, 1, 86_400)),
                },
                Indexer = defaults.Engine.Indexer with
                {
                    SettleTime = TimeSpan.FromSeconds(settings.Number(
                        "SOMA_QDRANT_SETTLE_SECONDS", defaults.Engine.Indexer.SettleTime.TotalSeconds, 0.1, 3600)),
                },
            },
            MemoryBudgetBytes = (long)(budget * (1 << 20)),
            ModelsFolder = settings.Text("SOMA_MODELS_DIR") ?? defaults.ModelsFolder,
            Embeddings = EmbeddingSettings.Read(settings),
        };
    }
}
