namespace Soma.Hosting;

/// <summary>
/// Settings that silos and gateways of one cluster must share: the names by which they find each other, and the largest
/// message size.
/// </summary>
public static class ClusterNames
{
    private const int LargestMessageBytes = 64 << 20;

    /// <summary><c>SOMA_CLUSTER_ID</c>.</summary>
    public static string ClusterId(SettingsReader settings) => Text(settings, "SOMA_CLUSTER_ID");

    /// <summary>
    /// <c>SOMA_SERVICE_ID</c>: the key under which grain storage keeps its rows. Changing it hides the stored settings.
    /// </summary>
    public static string ServiceId(SettingsReader settings) => Text(settings, "SOMA_SERVICE_ID");

    /// <summary>
    /// The largest message between gateway and silo, in bytes: twice the largest request body plus one megabyte,
    /// because an answer may repeat a whole body together with names and conditions. It is never less than <see
    /// cref="SmallestMessageBytes"/>, so that a full-size answer always fits.
    /// </summary>
    /// <param name="maxBodyBytes">The largest request body; null: bodies are not limited.</param>
    public static int MaxMessageBytes(long? maxBodyBytes) =>
        (int)Math.Clamp(((maxBodyBytes ?? LargestMessageBytes) * 2) + (1 << 20), SmallestMessageBytes, LargestMessageBytes);

    // An answer carries at most 8 MB of payloads. 24 MB leaves room for the fields around them.
    private const int SmallestMessageBytes = 24 << 20;

    private static string Text(SettingsReader settings, string variable) => settings.Text(variable) ?? "soma";
}
