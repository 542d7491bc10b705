using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Tests.Storage.Archives;

/// <summary>A store of a test's own, as its service, a reader, a builder and a saboteur have it; one at a time where it locks.</summary>
public abstract class ArchiveWorld : IAsyncDisposable
{
    /// <summary>What a service does with it.</summary>
    public abstract Task ServeAsync(Func<ICanonicalStore, IEmbeddingStore, Task> work);

    public abstract Task<INamespaceReader> OpenReaderAsync();

    public abstract Task<INamespaceBuilder> OpenBuilderAsync();

    /// <summary>Runs a statement behind everybody's back; tables without schema.</summary>
    public abstract Task ExecuteAsync(string sql);

    public abstract ValueTask DisposeAsync();

    public async Task BuildAsync(Func<INamespaceBuilder, Task> work)
    {
        await using var builder = await OpenBuilderAsync();
        await work(builder);
    }
}
