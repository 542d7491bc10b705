namespace Soma.Grains.Storage.Archives;

/// <summary>A namespace as one moment left it. One read goes on at a time.</summary>
public interface INamespaceSnapshot : IAsyncDisposable
{
    NamespaceRow Row { get; }

    /// <summary>The namespace's settings as grain storage keeps them; null: it never had any.</summary>
    byte[]? Settings { get; }

    /// <summary>The rows of one of <see cref="ArchiveTables.All"/>, by its key, as they come from the database. Each row is a new array.</summary>
    IAsyncEnumerable<object?[]> ReadAsync(ArchiveTable table, CancellationToken cancellationToken);

    /// <summary>What the rows say by themselves, to be compared with <see cref="Row"/>.</summary>
    Task<NamespaceFacts> ExamineAsync(CancellationToken cancellationToken);
}
