namespace Soma.Silo.Hosting;

/// <summary>What a silo needs to know of its surroundings.</summary>
public sealed record SiloOptions
{
    private const int LargestMessageBytes = 64 << 20;

    /// <summary>Silos of one cluster share it (<c>SOMA_CLUSTER_ID</c>).</summary>
    public string ClusterId { get; init; } = "soma";

    /// <summary>Names the service across clusters (<c>SOMA_SERVICE_ID</c>); what grain storage keeps is filed under it.</summary>
    public string ServiceId { get; init; } = "soma";

    /// <summary>The largest request body the gateway lets through, in bytes; null: any (<c>SOMA_MAX_REQUEST_BODY_MB</c>).</summary>
    public long? MaxRequestBodyBytes { get; init; } = 5L << 20;

    /// <summary>How long one check of the epoch lets reads be served (<c>SOMA_READ_LEASE_SECONDS</c>), 0.05–60 s.</summary>
    public TimeSpan ReadLease { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Reads the variables above.</summary>
    /// <exception cref="InvalidSettingException">A variable holds something impossible.</exception>
    public static SiloOptions Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var megabytes = settings.Number("SOMA_MAX_REQUEST_BODY_MB", 5, double.MinValue, 1024);
        return new SiloOptions
        {
            ClusterId = settings.Text("SOMA_CLUSTER_ID") ?? "soma",
            ServiceId = settings.Text("SOMA_SERVICE_ID") ?? "soma",
            MaxRequestBodyBytes = megabytes > 0 ? (long)(megabytes * (1 << 20)) : null,
            ReadLease = TimeSpan.FromSeconds(settings.Number("SOMA_READ_LEASE_SECONDS", 1, 0.05, 60)),
        };
    }

    /// <summary>
    /// The largest message between gateway and silo, in bytes. A body may come back in an answer and carries names and
    /// conditions along, hence twice its bound and a megabyte; an answer is cut well below the ceiling.
    /// </summary>
    public int MaxMessageBytes => (int)Math.Min(LargestMessageBytes, ((MaxRequestBodyBytes ?? LargestMessageBytes) * 2) + (1 << 20));
}
