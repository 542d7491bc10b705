using Soma.Archives.Objects;

namespace Soma.Archives.Backups;

/// <summary>The arguments of <c>soma verify</c>.</summary>
/// <param name="From">A backup to verify; null: none.</param>
/// <param name="IsLive">Whether the store is verified.</param>
/// <param name="Namespaces">Which namespaces are verified.</param>
public sealed record VerifyRequest(string? From, bool IsLive, NamespaceSelection Namespaces)
{
    public ObjectOptions Objects { get; init; } = ObjectOptions.None;
}

/// <summary><c>soma verify</c>: checks that a backup can be restored, and that the tables of a store agree with each other.</summary>
public static class VerifyCommand
{
    private const int MostShown = 20;

    public static Task<ExitCode> RunAsync(
        SettingsReader settings, VerifyRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            if (request.From is { } from)
            {
                await output.WriteLineAsync((await VerifyBackupAsync(settings, from, request, errors, cancellationToken)).AsMemory(), cancellationToken);
            }

            if (request.IsLive)
            {
                await output.WriteLineAsync((await VerifyStoreAsync(ArchiveStore.Read(settings), request.Namespaces, errors, cancellationToken)).AsMemory(), cancellationToken);
            }

            return ExitCode.Stopped;
        });

    private static async Task<string> VerifyBackupAsync(
        SettingsReader settings, string from, VerifyRequest request, TextWriter errors, CancellationToken cancellationToken)
    {
        using var backup = await OpenedBackup.OpenAsync(settings, from, request.Objects, cancellationToken);
        var wanted = backup.Namespaces
            .Where(entry => request.Namespaces.Contains(entry.Key) && (!request.Objects.OnlyNew || backup is not ObjectBackup objects || objects.HasWritten(entry)))
            .ToList();
        await OpenedBackup.VerifyAsync(backup, wanted, errors, cancellationToken);
        return $"{backup.Name}: {wanted.Count} namespaces with {wanted.Sum(entry => entry.Memories)} memories, whole, of {backup.FinishedAt:u}.";
    }

    private static async Task<string> VerifyStoreAsync(ArchiveStore store, NamespaceSelection wanted, TextWriter errors, CancellationToken cancellationToken)
    {
        await using var reader = await store.OpenReaderAsync(cancellationToken);
        var (namespaces, rows) = (0, 0L);
        var problems = new List<string>();
        var todo = (await reader.ListAsync(cancellationToken)).Where(one => wanted.Contains(one.Key)).ToList();
        using var progress = Progress.Begin(errors, "verify", "writes", todo.Sum(one => one.Row.HeadSeq));
        foreach (var one in todo)
        {
            if (await reader.OpenAsync(one.Key, cancellationToken) is { } snapshot)
            {
                await using (snapshot)
                {
                    var facts = await snapshot.ExamineAsync(cancellationToken);
                    problems.AddRange(facts.Compare(snapshot.Row).Select(problem => $"{one.Key}: {problem}"));
                    (namespaces, rows) = (namespaces + 1, rows + facts.LogRows);
                    progress.Add(facts.LogRows);
                }
            }
        }

        return problems.Count == 0
            ? $"{store.Name}: {namespaces} namespaces with {rows} writes, consistent."
            : throw new StartupException(ExitCode.StoreInconsistent, $"{store.Name} contradicts itself: {string.Join("; ", problems.Take(MostShown))}");
    }
}
