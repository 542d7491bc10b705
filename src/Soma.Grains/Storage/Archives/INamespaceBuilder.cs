namespace Soma.Grains.Storage.Archives;

/// <summary>
/// Builds whole namespaces where nobody sees them, and puts each in its name's place in one transaction: whoever reads the
/// name finds all of it or nothing of it.
/// </summary>
/// <remarks>
/// One builder works on a store at a time. What a builder that was killed left behind is invisible, and swept by the next one.
/// Failures as for <see cref="INamespaceReader"/>.
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
    /// <returns>How many.</returns>
    Task<long> WriteAsync(long id, ArchiveTable table, IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken);

    /// <summary>Numbers the versions of a log that has none (version 0), in the order of its seqs.</summary>
    Task NumberVersionsAsync(long id, CancellationToken cancellationToken);

    /// <summary>Makes memories and links by rule from the log that was written.</summary>
    Task DeriveAsync(long id, CancellationToken cancellationToken);

    /// <summary>What the rows of a namespace say by themselves.</summary>
    Task<NamespaceFacts> ExamineAsync(long id, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the name's epoch, so that its owner's commits are refused from here on, and gives the name to what was built. The
    /// predecessor's rows are gone when <see cref="SweepAsync"/> was called again.
    /// </summary>
    Task<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken);
}

/// <summary>Another restore or import works on the database.</summary>
public sealed class BuilderInUseException() : Exception("another restore or import works on this database; wait for its end.");
