using System.Diagnostics;
using Soma.Archives.Objects;

namespace Soma.Archives.Backups;

/// <summary>The arguments of <c>soma restore</c>.</summary>
/// <param name="From">A backup's folder or tar file, a folder of backups, or <c>s3://bucket/prefix</c>.</param>
/// <param name="Namespaces">Which of its namespaces are restored.</param>
/// <param name="Replace">Whether namespaces that hold memories may be replaced.</param>
/// <param name="As">Another name for the one namespace that is selected; null: its own.</param>
public sealed record RestoreRequest(string From, NamespaceSelection Namespaces, bool Replace, string? As)
{
    public ObjectOptions Objects { get; init; } = ObjectOptions.None;
}

/// <summary><c>soma restore</c>: verifies a backup, then restores its namespaces, each completely or not at all.</summary>
public static class RestoreCommand
{
    public static Task<ExitCode> RunAsync(
        SettingsReader settings, RestoreRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            var store = ArchiveStore.Read(settings);
            var started = Stopwatch.GetTimestamp();
            using var backup = await OpenedBackup.OpenAsync(settings, request.From, request.Objects, cancellationToken);
            var wanted = Select(backup, request);
            await OpenedBackup.VerifyAsync(backup, wanted, errors, cancellationToken);
            var verified = Stopwatch.GetElapsedTime(started);
            await using var builder = await store.OpenBuilderAsync(cancellationToken);
            var restorer = new Restorer(backup, builder, request);
            var todo = await restorer.PlanAsync(wanted, cancellationToken);
            using (var progress = Progress.Begin(errors, "restore", "writes", todo.Sum(entry => entry.HeadSeq)))
            {
                await restorer.RunAsync(todo, progress, cancellationToken);
            }

            WriteAudit(backup, wanted, todo.Count, request);
            await output.WriteLineAsync(Describe(backup, wanted, todo.Count, verified, Stopwatch.GetElapsedTime(started)).AsMemory(), cancellationToken);
            return ExitCode.Stopped;
        });

    private static void WriteAudit(IBackup backup, List<NamespaceEntry> wanted, int restored, RestoreRequest request)
    {
        // Disposing waits until the line is written.
        using var logs = LoggerFactory.Create(logging => logging.AddSomaLogs(null));
        var one = wanted.Count == 1 ? wanted[0].Key : (NamespaceKey?)null;
        var detail = FormattableString.Invariant($"{restored} of {wanted.Count} namespaces of {backup.Name}{(request.Replace ? ", replacing what was there" : "")}");
        Audit.Write(logs.CreateLogger(Audit.Category), "restored", Environment.UserName, one?.Tenant, request.As ?? one?.Name, null, detail, null, null);
    }

    private static List<NamespaceEntry> Select(IBackup backup, RestoreRequest request)
    {
        var wanted = backup.Namespaces.Where(entry => request.Namespaces.Contains(entry.Key)).ToList();
        return wanted.Count == 0 && backup.Namespaces.Count > 0 ? throw ArchiveProcess.Refuse($"{backup.Name} holds no such namespace.")
            : request.As is not null && wanted.Count != 1 ? throw ArchiveProcess.Refuse($"--as needs one namespace, and {wanted.Count} of {backup.Name} are selected.")
            : wanted;
    }

    private static string Describe(IBackup backup, List<NamespaceEntry> wanted, int restored, TimeSpan verified, TimeSpan whole)
    {
        var memories = wanted.Sum(entry => entry.Memories);
        var others = wanted.Count > restored ? $" ({wanted.Count - restored} of them were there already, as they are in the backup)" : "";
        return FormattableString.Invariant(
            $"{backup.Name}: {wanted.Count} namespaces{others} with {memories} memories are in place; verified in {verified.TotalSeconds:F1} s, {whole.TotalSeconds:F1} s in all.");
    }
}
