using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Compacting;

namespace Soma.Testing.Storage;

public sealed partial class InMemoryStore : ICompactionStore
{
    /// <summary>The settings of namespaces as grain storage would keep them.</summary>
    public Dictionary<NamespaceKey, byte[]> KeptSettings { get; } = [];

    public Task<(IReadOnlyList<CompactableNamespace> Namespaces, long Next)> FindCompactableAsync(
        Instant before, string serviceId, long afterNamespaceId, int limit, CancellationToken cancellationToken) =>
        DoAsync<(IReadOnlyList<CompactableNamespace> Namespaces, long Next)>(() =>
        {
            var page = _byId.Values.Where(one => one.Id > afterNamespaceId).OrderBy(one => one.Id).Take(limit).ToList();
            return (
                [.. page.Where(one => one.Unlooked <= before).Select(one => new CompactableNamespace(one.Id, one.Unlooked!.Value, KeptSettings.GetValueOrDefault(one.Key)))],
                page is [.., var last] ? last.Id : 0);
        }, cancellationToken);

    public Task<CompactionSet> FindSupersededAsync(
        long namespaceId, Instant cutoff, int keepVersions, int limit, CancellationToken cancellationToken) =>
        DoAsync(() => _byId[namespaceId].FindSuperseded(cutoff, keepVersions), cancellationToken);

    public Task MoveHorizonAsync(CompactionSet set, CancellationToken cancellationToken) => DoAsync(() =>
    {
        _byId[set.NamespaceId].MoveHorizon(set.Horizon);
        return true;
    }, cancellationToken);

    public Task<int?> CompactAsync(CompactionSet set, CancellationToken cancellationToken) =>
        DoAsync(() => _byId[set.NamespaceId].Compact(set), cancellationToken);

    public Task RestartCompactionAsync(NamespaceKey key, CancellationToken cancellationToken) => DoAsync(() =>
    {
        _byKey.GetValueOrDefault(key)?.RestartCompaction();
        return true;
    }, cancellationToken);

    public Task EraseTracesAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Horizon> ReadHorizonAsync(long namespaceId, CancellationToken cancellationToken) =>
        DoAsync(() => Find(namespaceId)?.Horizon ?? default, cancellationToken);
}
