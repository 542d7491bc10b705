using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Sweeping;
using Soma.Grains.Sweeping;
using Soma.Grains.Tests.Storage;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Sweeping;

public sealed class CompactorTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly InMemoryStore _store = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly ScrapedMeter _metrics = new();

    [Fact]
    public async Task Namespace_without_settings_keeps_thirty_days_and_ten_versions()
    {
        var owner = await WriteAsync(versions: 12);
        _clock.Advance(TimeSpan.FromDays(30));
        await Compactor().CompactAsync(default);
        Assert.Equal(12, await KeptAsync(owner));

        _clock.Advance(TimeSpan.FromSeconds(6));
        await Compactor().CompactAsync(default);
        Assert.Equal(10, await KeptAsync(owner));
        Assert.Equal(2, (await _metrics.ScrapeAsync())["soma_compacted_versions_total"]);
    }

    [Fact]
    public async Task Each_namespace_keeps_what_its_settings_say()
    {
        var (short_, nothing, all) = (await WriteAsync(versions: 5), await WriteAsync(versions: 5), await WriteAsync(versions: 5));
        Set(short_, new NamespaceSettings { RetentionDays = 2, KeepVersions = 3 });
        Set(nothing, new NamespaceSettings { RetentionDays = 0, KeepVersions = 0 });
        Set(all, new NamespaceSettings { RetentionDays = NamespaceSettings.RetainedForEver, KeepVersions = 0 });

        _clock.Advance(Day);
        await Compactor().CompactAsync(default);
        Assert.Equal((5, 1, 5), (await KeptAsync(short_), await KeptAsync(nothing), await KeptAsync(all)));

        _clock.Advance(Day * 400);
        await Compactor().CompactAsync(default);
        Assert.Equal((3, 1, 5), (await KeptAsync(short_), await KeptAsync(nothing), await KeptAsync(all)));
    }

    [Fact]
    public async Task Version_that_a_running_search_may_have_ranked_keeps_its_content_though_no_history_is_kept()
    {
        var owner = await WriteAsync(versions: 2);
        Set(owner, new NamespaceSettings { RetentionDays = 0, KeepVersions = 0 });
        _clock.Advance(TimeSpan.FromSeconds(4));
        await Compactor().CompactAsync(default);
        Assert.Equal(2, await KeptAsync(owner));

        _clock.Advance(TimeSpan.FromSeconds(2));
        await Compactor().CompactAsync(default);
        Assert.Equal(1, await KeptAsync(owner));
    }

    [Fact]
    public async Task Horizon_is_moved_before_content_goes_and_a_silo_that_dies_between_loses_nothing()
    {
        var owner = await WriteAsync(versions: 3);
        Set(owner, new NamespaceSettings { RetentionDays = 0, KeepVersions = 0 });
        _clock.Advance(Day);
        var dying = new DyingStore(_store);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Compactor(dying).CompactAsync(default));

        Assert.Equal(3, await KeptAsync(owner));
        Assert.Equal(3, (await _store.ReadHorizonAsync(owner.Id, default)).Seq);

        await Compactor().CompactAsync(default);
        Assert.Equal(1, await KeptAsync(owner));
    }

    [Fact]
    public async Task Memory_with_more_versions_than_a_set_holds_is_emptied_in_several_transactions()
    {
        var owner = await WriteAsync(versions: 11);
        Set(owner, new NamespaceSettings { RetentionDays = 0, KeepVersions = 1 });
        _clock.Advance(Day);
        var counting = new DyingStore(_store) { Lives = int.MaxValue };
        await Compactor(counting, new SweepOptions { SetSize = 4 }).CompactAsync(default);

        Assert.Equal(1, await KeptAsync(owner));
        Assert.Equal([4, 4, 2], counting.Sets);
    }

    private Compactor Compactor(ICompactionStore? store = null, SweepOptions? options = null) => new(
        store ?? _store, new KeptSettings(new Json(), "soma"), options ?? new SweepOptions(), _clock, new Random(1),
        new CompactionInstruments(_metrics.Meter), NullLogger<Compactor>.Instance);

    private async Task<TestOwner> WriteAsync(int versions)
    {
        var owner = await TestOwner.TakeNewAsync(_store);
        for (var i = 0; i < versions; i++)
        {
            owner.Now = Instant.From(_clock.GetUtcNow());
            await owner.CommitAsync(owner.Puts(1));
        }

        return owner;
    }

    private async Task<int> KeptAsync(TestOwner owner) =>
        (await _store.ReadLogAsync(owner.Id, 0, 1_000, default)).Count(row => row.Content == ContentState.Kept);

    private void Set(TestOwner owner, NamespaceSettings settings) =>
        _store.KeptSettings[owner.Key] = JsonSerializer.SerializeToUtf8Bytes(settings);

    private sealed class Json : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input));

        public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input)!;
    }

    /// <summary>Passes calls on, and dies when content is to be dropped.</summary>
    private sealed class DyingStore(ICompactionStore store) : ICompactionStore
    {
        public int Lives { get; set; }

        public List<int> Sets { get; } = [];

        public Task<(IReadOnlyList<CompactableNamespace> Namespaces, long Next)> FindCompactableAsync(
            Instant before, string serviceId, long afterNamespaceId, int limit, CancellationToken cancellationToken) =>
            store.FindCompactableAsync(before, serviceId, afterNamespaceId, limit, cancellationToken);

        public Task<CompactionSet> FindSupersededAsync(
            long namespaceId, Instant cutoff, int keepVersions, int limit, CancellationToken cancellationToken) =>
            store.FindSupersededAsync(namespaceId, cutoff, keepVersions, limit, cancellationToken);

        public Task MoveHorizonAsync(CompactionSet set, CancellationToken cancellationToken) => store.MoveHorizonAsync(set, cancellationToken);

        public Task<int?> CompactAsync(CompactionSet set, CancellationToken cancellationToken)
        {
            Sets.Add(set.Seqs.Count);
            return Lives-- > 0 ? store.CompactAsync(set, cancellationToken) : throw new StoreUnavailableException("Killed.");
        }

        public Task RestartCompactionAsync(NamespaceKey key, CancellationToken cancellationToken) => store.RestartCompactionAsync(key, cancellationToken);

        public Task EraseTracesAsync(CancellationToken cancellationToken) => store.EraseTracesAsync(cancellationToken);
    }
}
