namespace Soma.Archives.Backups;

/// <summary>Restores namespaces of a verified backup into a store.</summary>
/// <remarks>
/// Each namespace is built without a name, so that nobody can read it, and is checked as <c>soma verify --live</c> would. One
/// transaction then gives it its name and makes the store refuse further commits of the old owner. If the process is killed at any
/// moment, the name has either its old content or that of the backup.
/// </remarks>
internal sealed class Restorer(IBackup backup, INamespaceBuilder builder, RestoreRequest request)
{
    // The wait is a little longer than the old owner's lease, because two clocks may run at slightly different rates.
    public const double WaitFactor = 1.05;

    /// <summary>Finds the namespaces that have to be restored. Nothing is written yet.</summary>
    /// <exception cref="StartupException">One of them holds memories, and <c>--replace</c> was not given.</exception>
    public async Task<IReadOnlyList<NamespaceEntry>> PlanAsync(IReadOnlyList<NamespaceEntry> wanted, CancellationToken cancellationToken)
    {
        if (request.Replace)
        {
            return wanted;
        }

        var there = (await builder.ListAsync(cancellationToken)).ToDictionary(one => one.Key, one => one.Row);
        var todo = wanted.Where(entry => !IsInPlace(there.GetValueOrDefault(KeyOf(entry)), entry)).ToList();
        var held = todo.Where(entry => there.GetValueOrDefault(KeyOf(entry)) is { HeadSeq: > 0 }).Select(KeyOf).ToList();
        return held.Count == 0 ? todo : throw NotEmpty(held);
    }

    public async Task RunAsync(IReadOnlyList<NamespaceEntry> todo, Progress progress, CancellationToken cancellationToken)
    {
        await builder.SweepAsync(cancellationToken);
        var lease = TimeSpan.Zero;
        var finished = 0;
        await Interruption.SayingAsync(
            async () =>
            {
                for (; finished < todo.Count; finished++)
                {
                    var left = await RestoreAsync(todo[finished], progress, cancellationToken);
                    lease = left > lease ? left : lease;
                }
            },
            () => $"{finished} of {todo.Count} namespaces are restored, the others are as they were; the same command goes on.",
            cancellationToken);

        // Until its lease has run out, an old owner may still answer from the old rows.
        await Task.Delay(lease * WaitFactor, cancellationToken);
    }

    private NamespaceKey KeyOf(NamespaceEntry entry) => new(entry.Tenant, request.As ?? entry.Name);

    // An earlier run restored this namespace before it was interrupted, and nobody has written to it since.
    private static bool IsInPlace(NamespaceRow? row, NamespaceEntry entry) =>
        row is not null && entry.HeadSeq > 0 && row.HeadSeq == entry.HeadSeq && row.HeadAt == entry.HeadAt;

    private static StartupException NotEmpty(IReadOnlyCollection<NamespaceKey> held) => new(
        ExitCode.NamespaceNotEmpty,
        $"{held.Count} of the namespaces hold memories already, {held.First()} among them; --replace replaces them. Nothing was written.");

    /// <returns>How long the old owner may still answer.</returns>
    private async Task<TimeSpan> RestoreAsync(NamespaceEntry entry, Progress progress, CancellationToken cancellationToken)
    {
        var id = await builder.BeginAsync(cancellationToken);
        var header = await LoadAsync(id, entry, progress, cancellationToken);
        var key = KeyOf(entry);
        var facts = await builder.ExamineAsync(id, cancellationToken);
        if (facts.Compare(header.Row) is [var problem, ..])
        {
            throw ArchiveProcess.Refuse($"{backup.Name}: {entry.Key} contradicts itself: {problem}. It was not restored.");
        }

        var result = await builder.PublishAsync(
            new Publication { Id = id, Key = key, Row = header.Row, Replace = request.Replace, SetsSettings = true, Settings = header.Settings },
            cancellationToken);
        switch (result.Status)
        {
            case PublishStatus.NotEmpty:
                throw new StartupException(ExitCode.NamespaceNotEmpty, $"{key} was written to meanwhile; it was not restored. --replace replaces it.");
            case PublishStatus.Swept:
                throw new StartupException(ExitCode.DataInUse, $"another restore or import swept what this one had made of {key}; it was not restored.");
            default:
                await builder.SweepAsync(cancellationToken);
                return result.Lease;
        }
    }

    private async Task<PartHeader> LoadAsync(long id, NamespaceEntry entry, Progress progress, CancellationToken cancellationToken)
    {
        // What the backup holds is checked again, because it may have changed since it was verified.
        using var content = await backup.OpenAsync(entry, cancellationToken);
        var header = content.ReadHeader();
        foreach (var table in ArchiveTables.All)
        {
            var rows = content.ReadTableAsync(table, cancellationToken);
            await builder.WriteAsync(id, table, table == ArchiveTables.Log ? progress.CountAsync(rows) : rows, cancellationToken);
        }

        content.ReadEnd();
        return header.Key == entry.Key
            ? header
            : throw ArchiveProcess.Refuse($"{backup.Name}: {entry.Key} changed while it was restored; {entry.Name} was not.");
    }
}
