using System.Security.Cryptography;
using Soma.Grains.Interfaces;

namespace Soma.Cluster.Tests;

/// <summary>Access keys on two silos that share one storage.</summary>
public sealed class AccessKeyGrainTests(SomaCluster cluster) : IClassFixture<SomaCluster>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static int _ids;

    [Fact]
    public async Task A_key_is_valid_by_the_hash_of_its_token_and_by_nothing_else()
    {
        var (key, hash) = await MakeAsync();
        Assert.Equal(key, (await Check.ValidateAsync(key.Id, hash))!.Key with { Namespaces = key.Namespaces });
        Assert.Equal(key.Id, (await Check.ValidateElsewhereAsync(key.Id, hash))!.Key.Id);
        Assert.Null(await Check.ValidateAsync(key.Id, NewHash()));
        Assert.Null(await Check.ValidateAsync(key.Id, new byte[32]));
        Assert.Null(await Check.ValidateAsync(key.Id, []));
        Assert.Null(await Check.ValidateAsync("unknown", hash));
    }

    [Fact]
    public async Task A_key_is_made_once_and_its_id_is_never_given_to_another()
    {
        var (key, hash) = await MakeAsync();
        Assert.True(await Key(key.Id).CreateAsync(key, hash));
        Assert.False(await Key(key.Id).CreateAsync(key with { Name = "other" }, NewHash()));
        Assert.True(await Key(key.Id).RevokeAsync());
        Assert.False(await Key(key.Id).CreateAsync(key with { Name = "other" }, NewHash()));
        Assert.Null(await Check.ValidateAsync(key.Id, hash));
    }

    [Fact]
    public async Task A_key_whose_time_is_over_is_not_valid()
    {
        var (key, hash) = await MakeAsync(key => key with { ExpiresAt = Instant.From(DateTimeOffset.UtcNow.AddMilliseconds(-1)) });
        Assert.Null(await Check.ValidateAsync(key.Id, hash));
    }

    [Fact]
    public async Task After_a_rotation_the_token_before_is_valid_until_the_overlap_is_over()
    {
        var (key, first) = await MakeAsync();
        var (second, third) = (NewHash(), NewHash());
        var rotated = await Key(key.Id).RotateAsync(second, Hour);
        // The second attempt of a gateway that had no answer to its first one.
        Assert.Equal(rotated!.PreviousUntil, (await Key(key.Id).RotateAsync(second, Hour))!.PreviousUntil);

        Assert.Equal(rotated.PreviousUntil, (await Check.ValidateAsync(key.Id, first))!.Until);
        Assert.Null((await Check.ValidateAsync(key.Id, second))!.Until);

        Assert.Null((await Key(key.Id).RotateAsync(third, TimeSpan.Zero))!.PreviousUntil);
        Assert.Null(await Check.ValidateAsync(key.Id, first));
        Assert.Null(await Check.ValidateAsync(key.Id, second));
        Assert.NotNull(await Check.ValidateAsync(key.Id, third));
    }

    [Fact]
    public async Task A_revoked_key_is_ended_for_ever_and_gone_from_the_list()
    {
        var (key, hash) = await MakeAsync();
        await Key(key.Id).RotateAsync(NewHash(), Hour);
        Assert.Contains(key.Id, await Index(key.Tenant).ListAsync(null, 10));

        Assert.True(await Key(key.Id).RevokeAsync());
        Assert.True(await Key(key.Id).RevokeAsync());

        Assert.Null(await Check.ValidateAsync(key.Id, hash));
        Assert.Null(await Key(key.Id).GetAsync());
        Assert.Null(await Key(key.Id).RotateAsync(NewHash(), Hour));
        Assert.Null(await Check.ValidateElsewhereAsync(key.Id, hash));
        Assert.DoesNotContain(key.Id, await Index(key.Tenant).ListAsync(null, 10));
        Assert.False(await Key("unknown").RevokeAsync());
    }

    [Fact]
    public async Task Usage_that_gateways_add_at_the_same_time_is_all_counted()
    {
        var (key, _) = await MakeAsync();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(n => Key(key.Id).AddUsageAsync(new KeyUsage { Requests = 1, Memories = 2, Bytes = n, LastUsedAt = new Instant(n) })));

        Assert.Equal(new KeyUsage { Requests = 8, Memories = 16, Bytes = 36, LastUsedAt = new Instant(8) }, (await Key(key.Id).GetAsync())!.Usage);
    }

    [Fact]
    public async Task A_list_is_read_in_order_and_keeps_what_is_about_to_be_made()
    {
        var index = Index($"tenant-{Interlocked.Increment(ref _ids)}");
        foreach (var name in (string[])["b", "a", "B", "c", "a"])
        {
            await index.AddAsync(name);
        }

        await index.ForgetAsync(["a"]);
        Assert.Equal(["B", "a", "b", "c"], await index.ListAsync(null, 10));
        Assert.Equal(["b"], await index.ListAsync("a", 1));
        await index.RemoveAsync("a");
        Assert.Equal(["B", "b", "c"], await index.ListAsync(null, 10));
    }

    [Fact]
    public async Task A_flood_of_unknown_keys_leaves_no_activation()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Check.ValidateAsync($"flood{n}", NewHash())));

        var management = cluster.Cluster.Client.GetGrain<IManagementGrain>(0);
        Assert.DoesNotContain(await management.GetDetailedGrainStatistics(), one => one.GrainId.ToString().Contains("flood", StringComparison.Ordinal));
    }

    private IAccessKeyCheckGrain Check => cluster.Cluster.Client.GetGrain<IAccessKeyCheckGrain>(0);

    private IAccessKeyGrain Key(string id) => cluster.Cluster.Client.GetGrain<IAccessKeyGrain>(AccessKey.ToGrainKey(id));

    private IAccessKeyIndexGrain Index(string tenant) => cluster.Cluster.Client.GetGrain<IAccessKeyIndexGrain>(AccessKeyIndex.Of(tenant));

    private static byte[] NewHash() => RandomNumberGenerator.GetBytes(32);

    private async Task<(AccessKey Key, byte[] Hash)> MakeAsync(Func<AccessKey, AccessKey>? change = null)
    {
        var id = $"key{Interlocked.Increment(ref _ids)}";
        var key = new AccessKey
        {
            Id = id,
            Name = "agent",
            Tenant = id,
            Namespaces = ["notes", "user-*"],
            Scopes = Scopes.Read | Scopes.Write,
            Limits = new CallerLimits { RequestsPerMinute = 5, Bytes = 6 },
            CreatedAt = new Instant(7),
            CreatedBy = "root",
        };
        key = (change ?? (one => one))(key);
        var hash = NewHash();
        Assert.True(await Key(id).CreateAsync(key, hash));
        return (key, hash);
    }
}
