namespace Soma.Grains.Storage.Archives;

/// <summary>
/// Builds a namespace without a name, so that nobody sees it, and then gives it its name in one transaction: a reader of the name finds
/// all of the new namespace or nothing of it.
/// </summary>
/// <remarks>
/// One builder works on a store at a time. The rows that a killed builder left are invisible, and the next builder deletes them. Failures
/// are those of <see cref="INamespaceReader"/>.
/// </remarks>
public interface INamespaceBuilder : IAsyncDisposable
{
    /// <summary>Deletes what earlier builders left.</summary>
    Task SweepAsync(CancellationToken cancellationToken);

    /// <summary>Every namespace there is now.</summary>
    Task<IReadOnlyList<ArchivedNamespace>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Makes the row of a namespace without a name.</summary>
    /// <returns>Its id, which nothing had before.</returns>
    Task<long> BeginAsync(CancellationToken cancellationToken);

    /// <summary>Adds rows to a table of a namespace that has no name yet.</summary>
    Task WriteAsync(long id, ArchiveTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken);

    /// <summary>Numbers the versions of a log that has none (version 0), in the order of its seqs.</summary>
    Task NumberVersionsAsync(long id, CancellationToken cancellationToken);

    /// <summary>Makes memories and links by rule from the log that was written.</summary>
    Task DeriveAsync(long id, CancellationToken cancellationToken);

    /// <summary>What the rows of a namespace say by themselves.</summary>
    Task<NamespaceFacts> ExamineAsync(long id, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the epoch of the name, so that commits of its owner are refused from now on, and gives the name to the new namespace. The
    /// next call of <see cref="SweepAsync"/> deletes the rows of the old one.
    /// </summary>
    Task<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken);
}

/// <summary>Another restore or import works on the database.</summary>
public sealed class BuilderInUseException() : Exception("another restore or import works on this database; wait for its end.");
