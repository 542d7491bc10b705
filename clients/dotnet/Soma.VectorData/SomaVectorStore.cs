using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using Soma.Client;

namespace Soma.VectorData;

/// <summary>
/// A vector store whose collections are namespaces of Soma, within the client's tenant. Records are dictionaries
/// (<c>Dictionary&lt;string, object?&gt;</c>), and their keys are strings or Guids. A vector property of the type <c>string</c> is embedded by the
/// service: no embedding generator is needed, and none is used.
/// </summary>
/// <remarks>
/// To list and delete collections, the client's token needs the scope <c>admin</c>. A failure of the service is a <see cref="VectorStoreException"/> with
/// the <see cref="SomaException"/> inside.
/// </remarks>
/// <param name="soma">The service. Its own namespace is not used. The caller disposes of it.</param>
public sealed class SomaVectorStore(SomaClient soma) : VectorStore
{
    internal const string SystemName = "soma";

    private readonly VectorStoreMetadata _metadata = new() { VectorStoreSystemName = SystemName };

    /// <inheritdoc />
    [RequiresDynamicCode("As the method that it overrides. GetDynamicCollection needs none.")]
    [RequiresUnreferencedCode("As the method that it overrides. GetDynamicCollection needs none.")]
    public override VectorStoreCollection<TKey, TRecord> GetCollection<TKey, TRecord>(
        string name, VectorStoreCollectionDefinition? definition = null)
    {
        if (typeof(TRecord) != typeof(Dictionary<string, object?>) || definition is null)
        {
            throw new NotSupportedException(
                $"Records of {nameof(SomaVectorStore)} are Dictionary<string, object?> with a definition; {typeof(TRecord).Name} is not supported.");
        }

        return (VectorStoreCollection<TKey, TRecord>)(object)new SomaVectorCollection<TKey>(soma, name, definition);
    }

    /// <inheritdoc />
    public override VectorStoreCollection<object, Dictionary<string, object?>> GetDynamicCollection(string name, VectorStoreCollectionDefinition definition) =>
        new SomaVectorCollection<object>(soma, name, definition);

    /// <summary>The names of the tenant's namespaces, whoever wrote them.</summary>
    public override async IAsyncEnumerable<string> ListCollectionNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var names = soma.Namespaces.ListAsync(cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await Failures.ToldAsync(names.MoveNextAsync().AsTask(), null, "ListCollectionNames"))
        {
            yield return names.Current.Name;
        }
    }

    /// <inheritdoc cref="SomaVectorCollection{TKey}.CollectionExistsAsync" />
    public override Task<bool> CollectionExistsAsync(string name, CancellationToken cancellationToken = default) =>
        Failures.ToldAsync(soma.Within(name).ListAsync(new ListMemoriesQuery { Limit = 1 }, cancellationToken: cancellationToken).AnyAsync(cancellationToken).AsTask(), name, "CollectionExists");

    /// <summary>Deletes the namespace with all of its memories, links and history.</summary>
    public override Task EnsureCollectionDeletedAsync(string name, CancellationToken cancellationToken = default) =>
        Failures.ToldAsync(soma.Namespaces.DeleteAsync(name, cancellationToken: cancellationToken), name, "EnsureCollectionDeleted");

    /// <inheritdoc />
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(VectorStoreMetadata) ? _metadata
        : serviceType == typeof(SomaClient) ? soma
        : serviceType.IsInstanceOfType(this) ? this : null;
}
