using Soma.Archives.Objects;

namespace Soma.Archives.Backups;

/// <summary>Opens a backup wherever it lies.</summary>
internal static class OpenedBackup
{
    /// <exception cref="StartupException">There is no backup, or its manifest is not as it was written.</exception>
    public static Task<IBackup> OpenAsync(SettingsReader settings, string from, ObjectOptions options, CancellationToken cancellationToken) =>
        GuardAsync(from, async () =>
        {
            if (!S3Settings.IsUrl(from))
            {
                return BackupFiles.OpenBackup(from);
            }

            var store = S3Settings.Open(settings, from);
            try
            {
                return await ObjectBackup.OpenAsync(new ObjectVault(store, KeyRing.Read(options.KeyFiles)), options.At, cancellationToken);
            }
            catch
            {
                store.Dispose();
                throw;
            }
        });

    /// <exception cref="StartupException">Something in these namespaces is not as it was written.</exception>
    public static Task VerifyAsync(IBackup backup, IReadOnlyList<NamespaceEntry> namespaces, TextWriter errors, CancellationToken cancellationToken) =>
        GuardAsync(backup.Name, async () =>
        {
            using var progress = Progress.Begin(errors, "verify", "writes", namespaces.Sum(entry => entry.HeadSeq));
            await Interruption.SayingAsync(
                () => BackupVerifier.VerifyAsync(backup, namespaces, progress, cancellationToken),
                () => FormattableString.Invariant($"{progress.Done} of {namespaces.Sum(entry => entry.HeadSeq)} writes of {backup.Name} were read and are whole; nothing was changed. The same command begins anew."),
                cancellationToken);
            return true;
        });

    private static async Task<T> GuardAsync<T>(string name, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ArchiveProcess.Refuse($"{name} cannot be read: {failure.Message}", failure);
        }
    }
}
