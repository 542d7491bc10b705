using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.VectorData;
using Soma.Client;

namespace Soma.VectorData;

/// <summary>
/// A namespace of Soma as a collection of records. A record is a memory: its key is the memory's id, its data properties are the payload, and its
/// vector property is the text that is embedded and indexed, or a vector that the caller brings.
/// </summary>
/// <remarks>
/// <para>A search for a text is Soma's fused search by meaning and word. The score of a hit is its relevance (0–1, the chance that the record has to do with
/// the text), by which the score threshold cuts; the order is that of Soma's ranking. A search for a vector looks among the brought ones and has
/// Soma's score.</para>
/// <para>Filters are comparisons of properties with values, <c>Contains</c>, and what <c>&amp;&amp;</c>, <c>||</c> and <c>!</c> make of them. Anything else
/// is a <see cref="NotSupportedException"/>.</para>
/// </remarks>
/// <typeparam name="TKey"><see cref="string"/>, <see cref="Guid"/>, or <see cref="object"/> for either.</typeparam>
public sealed class SomaVectorCollection<TKey> : VectorStoreCollection<TKey, Dictionary<string, object?>>, IKeywordHybridSearchable<Dictionary<string, object?>>
    where TKey : notnull
{
    private readonly SomaClient _soma;
    private readonly RecordMap _map;
    private readonly VectorStoreCollectionMetadata _metadata;

    internal SomaVectorCollection(SomaClient soma, string name, VectorStoreCollectionDefinition definition)
    {
        (_soma, _map, Name) = (soma.Within(name), new RecordMap(definition), name);
        _metadata = new() { VectorStoreSystemName = SomaVectorStore.SystemName, CollectionName = name };
    }

    /// <inheritdoc />
    public override string Name { get; }

    /// <summary>Whether it holds a record: a namespace is made by its first one.</summary>
    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) =>
        ToldAsync(_soma.ListAsync(new ListMemoriesQuery { Limit = 1 }, cancellationToken: cancellationToken).AnyAsync(cancellationToken).AsTask());

    /// <summary>Does nothing: the first record makes the namespace.</summary>
    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc cref="SomaVectorStore.EnsureCollectionDeletedAsync" />
    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        ToldAsync(_soma.Namespaces.DeleteAsync(Name, cancellationToken: cancellationToken));

    /// <summary>The record, or null. Vectors are not read back; a search with <c>IncludeVectors</c> has those that were brought.</summary>
    public override async Task<Dictionary<string, object?>?> GetAsync(
        TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        await ToldAsync(_soma.FindAsync(MemoryKey.OfId(_map.IdOf(key)), cancellationToken: cancellationToken)) is { } memory
            ? _map.ToRecord(memory.Id, memory.Payload, null)
            : null;

    /// <summary>The records that the filter lets pass. With an order all of them are read and then sorted.</summary>
    public override async IAsyncEnumerable<Dictionary<string, object?>> GetAsync(
        Expression<Func<Dictionary<string, object?>, bool>> filter, int top, FilteredRecordRetrievalOptions<Dictionary<string, object?>>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var query = new ListMemoriesQuery { Filters = new RecordFilter(_map).Translate(filter) };
        var records = _soma.ListAsync(query, cancellationToken: cancellationToken).Select(memory => _map.ToRecord(memory.Id, memory.Payload, null));
        foreach (var sort in options?.OrderBy?.Invoke(new()).Values.Reverse() ?? [])
        {
            // Sorting is stable, so the last sort is the first criterion.
            var name = new RecordFilter(_map).PropertyOf(sort.PropertySelector);
            records = sort.Ascending ? records.OrderBy(record => record[name]) : records.OrderByDescending(record => record[name]);
        }

        await using var found = records.Skip(options?.Skip ?? 0).Take(top).GetAsyncEnumerator(cancellationToken);
        while (await ToldAsync(found.MoveNextAsync().AsTask()))
        {
            yield return found.Current;
        }
    }

    /// <inheritdoc />
    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default) =>
        ToldAsync(_soma.DeleteAsync(MemoryKey.OfId(_map.IdOf(key)), cancellationToken: cancellationToken));

    /// <summary>Deletes the records. If it fails, some may be gone already; the same call again deletes the others.</summary>
    public override async Task DeleteAsync(IEnumerable<TKey> keys, CancellationToken cancellationToken = default)
    {
        foreach (var some in keys.Select(key => MemoryKey.OfId(_map.IdOf(key)).Text).Chunk(1000))
        {
            await ToldAsync(_soma.DeleteManyAsync(new DeleteMemories { Coords = some }, cancellationToken: cancellationToken));
        }
    }

    /// <inheritdoc />
    public override Task UpsertAsync(Dictionary<string, object?> record, CancellationToken cancellationToken = default) =>
        ToldAsync(_soma.StoreAsync(_map.ToMemory(record), cancellationToken: cancellationToken));

    /// <summary>Stores the records, each thousand of them all or none.</summary>
    public override Task UpsertAsync(IEnumerable<Dictionary<string, object?>> records, CancellationToken cancellationToken = default) =>
        ToldAsync(_soma.StoreManyAsync(records.Select(_map.ToMemory), cancellationToken: cancellationToken));

    /// <summary>Records that are like the text or the vector, best first.</summary>
    public override IAsyncEnumerable<VectorSearchResult<Dictionary<string, object?>>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<Dictionary<string, object?>>? options = null, CancellationToken cancellationToken = default)
    {
        var search = SearchFor(searchValue, top, options?.Skip, options?.ScoreThreshold, options?.IncludeVectors is true);
        return FoundAsync(search with { Filters = FiltersOf(options?.Filter, []) }, cancellationToken);
    }

    /// <summary>As a search, and records that hold the keywords are preferred.</summary>
    public IAsyncEnumerable<VectorSearchResult<Dictionary<string, object?>>> HybridSearchAsync<TInput>(
        TInput searchValue, ICollection<string> keywords, int top, HybridSearchOptions<Dictionary<string, object?>>? options = null,
        CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        var search = SearchFor(searchValue, top, options?.Skip, options?.ScoreThreshold, options?.IncludeVectors is true);
        return FoundAsync(search with { Filters = FiltersOf(options?.Filter, keywords) }, cancellationToken);
    }

    /// <inheritdoc cref="SomaVectorStore.GetService" />
    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(VectorStoreCollectionMetadata) ? _metadata
        : serviceType == typeof(SomaClient) ? _soma
        : serviceType.IsInstanceOfType(this) ? this : null;

    private static Search SearchFor(object value, int top, int? skip, double? threshold, bool includesVectors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        var search = new Search { TopK = top, Offset = skip, Include = includesVectors ? [Included.Payload, Included.Embedding] : null };
        return value is string text ? search with { Query = text, MinRelevance = threshold }
            : RecordMap.VectorOf(value) is { } vector ? search with { Embedding = vector, MinScore = threshold }
            : throw new NotSupportedException($"A search is for a text or a vector of floats, not for {value.GetType().Name}.");
    }

    private JsonObject? FiltersOf(Expression<Func<Dictionary<string, object?>, bool>>? filter, ICollection<string> keywords)
    {
        var filters = filter is null ? null : new RecordFilter(_map).Translate(filter);
        if (keywords.Count > 0)
        {
            filters ??= [];
            filters["_keywords"] = new JsonArray([.. keywords.Select(word => (JsonNode?)word)]);
        }

        return filters;
    }

    private async IAsyncEnumerable<VectorSearchResult<Dictionary<string, object?>>> FoundAsync(
        Search search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var hit in (await ToldAsync(_soma.SearchAsync(search, cancellationToken: cancellationToken))).Memories)
        {
            yield return new(_map.ToRecord(hit.Id, hit.Payload ?? [], hit.Embedding), hit.Relevance ?? hit.Score);
        }
    }

    private Task<T> ToldAsync<T>(Task<T> call, [CallerMemberName] string operation = "") => Failures.ToldAsync(call, Name, operation);
}
