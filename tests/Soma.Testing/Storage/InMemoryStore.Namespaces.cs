using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Testing.Storage;

// Whole namespaces.
public sealed partial class InMemoryStore : INamespaceStore
{
    public Task<IReadOnlyList<NamespaceSummary>> ListAsync(ListNamespaces query, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<NamespaceSummary>>(() => [.. _byKey.Values
            .Where(one => one.HeadSeq > 0 && one.Key.Tenant == query.Tenant && one.Key.Name.StartsWith(query.Prefix, StringComparison.Ordinal)
                && string.CompareOrdinal(one.Key.Name, query.After ?? "") > 0)
            .OrderBy(one => one.Key.Name, StringComparer.Ordinal).Take(query.Limit)
            .Select(one => new NamespaceSummary
            {
                Key = one.Key,
                Counts = one.Stats.Counts,
                Bytes = one.Living.Sum(row => row.Payload.Length + (row.Text?.Length ?? 0) + (row.BroughtVector?.Length ?? 0)),
                HeadSeq = one.HeadSeq,
                CreatedAt = one.Log[0].At,
                WrittenAt = one.Log[^1].At,
            })], cancellationToken);

    public Task<RemovedNamespace?> RemoveAsync(NamespaceRemoval removal, CancellationToken cancellationToken) => DoAsync(() =>
    {
        if (_removed.TryGetValue(removal.Id, out var before))
        {
            return before with { Epoch = 0 };
        }

        if (!_byKey.TryGetValue(removal.Key, out var found) || found.Id != removal.Id)
        {
            return null;
        }

        _byKey.Remove(removal.Key);
        return _removed[found.Id] = found.Remove();
    }, cancellationToken);

    public Task<IReadOnlyList<RemovedNamespace>> FindRemovedAsync(int limit, CancellationToken cancellationToken) =>
        DoAsync<IReadOnlyList<RemovedNamespace>>(() => [.. _removed.Values.OrderBy(one => one.Id).Take(limit).Select(one => one with { Epoch = 0 })], cancellationToken);

    public Task<int> SweepRemovedAsync(long id, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => _removed.Remove(id) && _byId.Remove(id) ? 1 : 0, cancellationToken);
}
