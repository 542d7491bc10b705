using System.Runtime.CompilerServices;
using Soma.Archives.Backups;

namespace Soma.Archives.Exports;

/// <summary>
/// Makes one namespace of a file. It is built without a name, so that nobody can read it, and gets its name when it is complete.
/// </summary>
internal sealed class StoreImport(ArchiveStore store, ImportRequest request)
{
    public async Task<NamespaceFacts> RunAsync(ImportSource source, CancellationToken cancellationToken)
    {
        await using var builder = await store.OpenBuilderAsync(cancellationToken);
        var there = (await builder.ListAsync(cancellationToken)).FirstOrDefault(one => one.Key == request.Key);
        if (there is { Row.HeadSeq: > 0 } && !request.Replace)
        {
            throw NotEmpty();
        }

        await builder.SweepAsync(cancellationToken);
        var id = await builder.BeginAsync(cancellationToken);
        await builder.WriteAsync(id, ArchiveTables.Log, RowsAsync(source, cancellationToken), cancellationToken);
        if (source.NeedsVersions)
        {
            await builder.NumberVersionsAsync(id, cancellationToken);
        }

        await builder.DeriveAsync(id, cancellationToken);
        var facts = await builder.ExamineAsync(id, cancellationToken);
        var row = facts.ToRow() with { Horizon = source.Header?.Horizon ?? 0 };
        if (facts.Compare(row) is [var problem, ..])
        {
            throw ArchiveProcess.Refuse($"what was read contradicts itself: {problem}. Nothing was imported.");
        }

        await PublishAsync(builder, id, row, source.Header?.Settings, cancellationToken);
        return facts;
    }

    private async Task PublishAsync(INamespaceBuilder builder, long id, NamespaceRow row, byte[]? settings, CancellationToken cancellationToken)
    {
        // If the file has no settings, the namespace keeps those that it has.
        var publication = new Publication
        {
            Id = id,
            Key = request.Key,
            Row = row,
            Replace = request.Replace,
            SetsSettings = settings is not null,
            Settings = settings,
        };
        var result = await builder.PublishAsync(publication, cancellationToken);
        if (result.Status != PublishStatus.Published)
        {
            throw result.Status == PublishStatus.NotEmpty
                ? NotEmpty()
                : new StartupException(ExitCode.DataInUse, $"another restore or import swept what this one had made of {request.Key}; nothing was imported.");
        }

        await builder.SweepAsync(cancellationToken);
        await Task.Delay(result.Lease * Restorer.WaitFactor, cancellationToken);
    }

    private StartupException NotEmpty() => new(
        ExitCode.NamespaceNotEmpty,
        $"{request.Key} holds memories already: --replace replaces it, --url adds to it through the running service. Nothing was imported.");

    private static async IAsyncEnumerable<object?[]> RowsAsync(ImportSource source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (_, row) in source.ReadAsync(cancellationToken))
        {
            yield return ArchivedLog.ToRow(row);
        }
    }
}
