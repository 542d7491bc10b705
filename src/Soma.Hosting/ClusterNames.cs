namespace Soma.Hosting;

/// <summary>What silos and gateways of one cluster share: names by which they find each other, and how large a message may be.</summary>
public static class ClusterNames
{
    private const int LargestMessageBytes = 64 << 20;

    /// <summary><c>SOMA_CLUSTER_ID</c>.</summary>
    public static string ClusterId(SettingsReader settings) => Text(settings, "SOMA_CLUSTER_ID");

    /// <summary><c>SOMA_SERVICE_ID</c>; what grain storage keeps is filed under it.</summary>
    public static string ServiceId(SettingsReader settings) => Text(settings, "SOMA_SERVICE_ID");

    /// <summary>
    /// The largest message between gateway and silo, in bytes. A body may come back in an answer and carries names and
    /// conditions along, hence twice its bound and a megabyte, but never less than an answer at its own bound; answers are cut
    /// well below the ceiling.
    /// </summary>
    /// <param name="maxBodyBytes">The largest request body; null: any.</param>
    public static int MaxMessageBytes(long? maxBodyBytes) =>
        (int)Math.Clamp(((maxBodyBytes ?? LargestMessageBytes) * 2) + (1 << 20), SmallestMessageBytes, LargestMessageBytes);

    // An answer carries at most 8 MB of payloads, and their envelopes.
    private const int SmallestMessageBytes = 24 << 20;

    private static string Text(SettingsReader settings, string variable)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Text(variable) ?? "soma";
    }
}
