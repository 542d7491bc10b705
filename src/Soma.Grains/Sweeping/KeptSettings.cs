using Orleans.Storage;

namespace Soma.Grains.Sweeping;

/// <summary>Reads the settings of namespaces as grain storage keeps them, so that no grain has to be woken for them.</summary>
/// <param name="serializer">What grain storage writes states with.</param>
/// <param name="serviceId">The service whose settings are read.</param>
public sealed class KeptSettings(IGrainStorageSerializer serializer, string serviceId)
{
    public string ServiceId => serviceId;

    /// <summary>How long the content of superseded versions is kept, and how many versions of a memory that exists.</summary>
    /// <param name="kept">The stored state; null: the namespace has no settings, so the defaults hold.</param>
    public (TimeSpan Retention, int KeepVersions) Read(byte[]? kept)
    {
        var settings = kept is null ? null : serializer.Deserialize<NamespaceSettings>(new BinaryData(kept));
        return (
            TimeSpan.FromDays(settings?.RetentionDays ?? NamespaceSettings.DefaultRetentionDays),
            settings?.KeepVersions ?? NamespaceSettings.DefaultKeptVersions);
    }
}
