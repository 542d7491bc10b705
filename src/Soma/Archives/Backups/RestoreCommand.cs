using System.Diagnostics;

namespace Soma.Archives.Backups;

/// <summary>The arguments of <c>soma restore</c>.</summary>
/// <param name="From">A backup's folder or tar file, or a folder of backups.</param>
/// <param name="Namespaces">Which of its namespaces are restored.</param>
/// <param name="Replace">Whether namespaces that hold memories may be replaced.</param>
/// <param name="As">Another name for the one namespace that is selected; null: its own.</param>
public sealed record RestoreRequest(string From, NamespaceSelection Namespaces, bool Replace, string? As);

/// <summary><c>soma restore</c>: verifies a backup, then restores its namespaces, each completely or not at all.</summary>
public static class RestoreCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, RestoreRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            var store = ArchiveStore.Read(settings);
            var started = Stopwatch.GetTimestamp();
            var (source, manifest) = await BackupFiles.OpenVerifiedAsync(request.From, cancellationToken);
            var verified = Stopwatch.GetElapsedTime(started);
            var wanted = Select(source, manifest, request);
            await using var builder = await store.OpenBuilderAsync(cancellationToken);
            var restorer = new Restorer(source, builder, request);
            var todo = await restorer.PlanAsync(wanted, cancellationToken);
            await restorer.RunAsync(todo, cancellationToken);
            await output.WriteLineAsync(Describe(source, wanted, todo.Count, verified, Stopwatch.GetElapsedTime(started)).AsMemory(), cancellationToken);
            return ExitCode.Stopped;
        });

    private static List<ManifestEntry> Select(IBackupSource source, Manifest manifest, RestoreRequest request)
    {
        var wanted = manifest.Namespaces.Where(entry => request.Namespaces.Contains(entry.Key)).ToList();
        return wanted.Count == 0 && manifest.Namespaces.Count > 0 ? throw ArchiveProcess.Refuse($"{source.Name} holds no such namespace.")
            : request.As is not null && wanted.Count != 1 ? throw ArchiveProcess.Refuse($"--as needs one namespace, and {wanted.Count} of {source.Name} are selected.")
            : wanted;
    }

    private static string Describe(IBackupSource source, List<ManifestEntry> wanted, int restored, TimeSpan verified, TimeSpan whole)
    {
        var memories = wanted.Sum(entry => entry.Memories);
        var others = wanted.Count > restored ? $" ({wanted.Count - restored} of them were there already, as they are in the backup)" : "";
        return FormattableString.Invariant(
            $"{source.Name}: {wanted.Count} namespaces{others} with {memories} memories are in place; verified in {verified.TotalSeconds:F1} s, {whole.TotalSeconds:F1} s in all.");
    }
}
