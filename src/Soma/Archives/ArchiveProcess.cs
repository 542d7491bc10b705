using Soma.Archives.Objects;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Archives;

/// <summary>Runs a backup or export command. A failure ends it with one line and an exit code.</summary>
internal static class ArchiveProcess
{
    public static Task<ExitCode> RunAsync(SettingsReader settings, TextWriter errors, Func<Task<ExitCode>> run) =>
        ProcessBoundary.RunAsync("soma", settings, errors, async () =>
        {
            try
            {
                return await run();
            }
            catch (Exception failure) when (CodeOf(failure) is { } code)
            {
                throw new StartupException(code, StartupFailures.FirstLine(failure), failure);
            }
        });

    public static StartupException Refuse(string why, Exception? inner = null) => new(ExitCode.ArchiveRefused, why, inner);

    public static StartupException Unwritable(string why, Exception? inner = null) => new(ExitCode.ArchiveUnwritable, why, inner);

    private static ExitCode? CodeOf(Exception failure) => failure switch
    {
        StoreUnavailableException => ExitCode.DatabaseUnreachable,
        SchemaException => ExitCode.Schema,
        UnsafeStoreException => ExitCode.UnsafeDatabase,
        DataFolderInUseException or BuilderInUseException => ExitCode.DataInUse,
        DataFolderException => ExitCode.DataFolderNotWritable,
        RowRejectedException or ExportRefusedException or ObjectStoreException => ExitCode.ArchiveRefused,
        _ => null,
    };
}

/// <summary>Which namespaces a command is about; all, unless it says otherwise.</summary>
/// <param name="Tenant">Only this tenant's; null: every tenant's.</param>
/// <param name="Names">Only those with these names; empty: any name.</param>
public sealed record NamespaceSelection(string? Tenant, IReadOnlyCollection<string> Names)
{
    public static NamespaceSelection All { get; } = new(null, []);

    public bool Contains(NamespaceKey key) => (Tenant is null || Tenant == key.Tenant) && (Names.Count == 0 || Names.Contains(key.Name));
}
