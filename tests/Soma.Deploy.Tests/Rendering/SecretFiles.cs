using System.Collections.Concurrent;
using Soma.Testing.Tls;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>The files of Secrets that the first container of a workload would see, with contents of the right kind.</summary>
internal static class SecretFiles
{
    private static readonly TestAuthority Authority = new();
    private static readonly ConcurrentDictionary<string, Lazy<string>> Files = new();
    private static readonly TestCertificate Certificate = Authority.Issue("rendered");

    /// <summary>The file that stands for every <c>ca.crt</c>.</summary>
    public static string CaFile => Authority.CaFile;

    /// <summary>A file on this machine with what the container would read at a path; null: nothing is mounted there.</summary>
    public static string? Find(Workload workload, string path) => Of(workload).FirstOrDefault(file => file.Path == path) switch
    {
        null => null,
        { Key: "tls.crt" } => Certificate.CertFile,
        { Key: "tls.key" } => Certificate.KeyFile,
        { Key: "ca.crt" } => CaFile,
        { Path: var mounted } => Written(System.IO.Path.GetFileName(mounted)),
    };

    /// <summary>Which key of which Secret lies at which path.</summary>
    public static IEnumerable<SecretFile> Of(Workload workload) =>
        from mount in workload.Containers.SelectMany(container => container.VolumeMounts ?? []).DistinctBy(mount => (mount.Name, mount.MountPath))
        from source in workload.Volume(mount.Name)?.Projected?.Sources ?? []
        where source.Secret is not null
        from item in source.Secret.Items ?? []
        select new SecretFile(source.Secret.Name, item.Key, $"{mount.MountPath}/{item.Path}");

    // Tests run beside each other, and no process may read a file that another test is writing.
    private static string Written(string key) => Files.GetOrAdd(key, _ => new Lazy<string>(() =>
    {
        var file = Path.Combine(Authority.Folder, key);
        File.WriteAllText(file, key switch
        {
            "SOMA_POSTGRES_URL" => "postgresql://someone:secret@elsewhere:6432/memories",
            "REDIS_URL" => "rediss://someone:secret@elsewhere:6380/2",
            _ => $"value-of-{key}\n",
        });
        return file;
    })).Value;
}

internal sealed record SecretFile(string Secret, string Key, string Path);
