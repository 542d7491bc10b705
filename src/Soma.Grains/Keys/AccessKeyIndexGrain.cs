using Orleans.Concurrency;

namespace Soma.Grains.Keys;

/// <summary>Keeps one list of names. It reads the stored list for each call, for the reason that <see cref="AccessKeyGrain"/> gives.</summary>
[StatelessWorker, Reentrant]
public sealed class AccessKeyIndexGrain(KeyStorage storage, TimeProvider clock) : Grain, IAccessKeyIndexGrain
{
    internal const string StateName = "access-key-index";

    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    private StoredState<AccessKeyIndexState> Kept => storage.Of<AccessKeyIndexState>(StateName, this.GetGrainId());

    public Task AddAsync(string name, CancellationToken cancellationToken = default)
    {
        var now = Instant.From(clock.GetUtcNow()).Microseconds;
        return Kept.ChangeAsync(kept => kept?.AddedAt.ContainsKey(name) == true
            ? null
            : new AccessKeyIndexState { AddedAt = new(kept?.AddedAt ?? []) { [name] = now } });
    }

    public Task ForgetAsync(string[] names, CancellationToken cancellationToken = default)
    {
        var young = Instant.From(clock.GetUtcNow() - Young).Microseconds;
        return ShrinkAsync(one => names.Contains(one.Key) && one.Value < young);
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken = default) => ShrinkAsync(one => one.Key == name);

    public async Task<string[]> ListAsync(string? after, int limit, CancellationToken cancellationToken = default)
    {
        var names = (await Kept.ReadAsync())?.AddedAt.Keys ?? Enumerable.Empty<string>();
        return [.. names.Where(name => after is null || string.CompareOrdinal(name, after) > 0).Order(StringComparer.Ordinal).Take(limit)];
    }

    private Task ShrinkAsync(Func<KeyValuePair<string, long>, bool> isRemoved) => Kept.ChangeAsync(kept =>
    {
        var rest = new Dictionary<string, long>((kept?.AddedAt ?? []).Where(one => !isRemoved(one)));
        return rest.Count == (kept?.AddedAt.Count ?? 0) ? null : new AccessKeyIndexState { AddedAt = rest };
    });
}

/// <summary>A list of names as grain storage keeps it.</summary>
[GenerateSerializer, Alias("soma.access-key-index-state")]
public sealed record AccessKeyIndexState
{
    /// <summary>Each name, and when it was added in microseconds since 1970.</summary>
    [Id(0)] public Dictionary<string, long> AddedAt { get; set; } = [];
}
