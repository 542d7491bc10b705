using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Soma.Grains;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Postgres;

namespace Soma.Cluster.Tests;

/// <summary>A silo whose database becomes unavailable and available again.</summary>
public sealed class StoreOutageTests : IAsyncLifetime
{
    private readonly PostgresServer _server = new();
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        var address = await _server.CreateDatabaseAsync();
        await using (var services = new ServiceCollection().AddPostgresStore(address, PatientPostgres.Options).BuildServiceProvider())
        {
            await services.GetRequiredService<IStoreInitializer>().InitializeAsync(CancellationToken.None);
        }

        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddPostgresStore(address, PatientPostgres.Options).AddSomaGrains(new GrainsOptions());
            silo.AddPostgresSettingsStorage();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _server.Dispose();
    }

    [Fact]
    public async Task While_the_database_is_down_warm_and_cold_namespaces_report_an_unavailable_store()
    {
        var warm = Namespace("warm");
        Assert.Equal(1, (await warm.WriteAsync(NamespaceGrainTests.Put("1", "{}"))).Seq);

        _server.StopImmediate();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => warm.WriteAsync(NamespaceGrainTests.Put("2", "{}")));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Namespace("cold").WriteAsync(NamespaceGrainTests.Put("1", "{}")));
        await Testing.Eventually.TrueAsync(async () => await IsUnavailableAsync(() => warm.GetAsync(NamespaceGrainTests.Get("1"))));

        _server.Start();

        await Testing.Eventually.TrueAsync(async () => !await IsUnavailableAsync(() => warm.WriteAsync(NamespaceGrainTests.Put("2", "{}"))));
        await Testing.Eventually.TrueAsync(async () => !await IsUnavailableAsync(() => Namespace("cold").WriteAsync(NamespaceGrainTests.Put("1", "{}"))));
        Assert.Equal(2, (await warm.GetAsync(NamespaceGrainTests.Get("2"))).Memory!.Seq);
    }

    [Fact]
    public async Task Settings_are_stored_in_the_database_and_survive_a_deactivation()
    {
        await Namespace("kept").SetSettingsAsync(new NamespaceSettings { SequenceFields = ["chat"] });

        await _cluster.DeactivateAsync(Namespace("kept"));

        Assert.Equal(["chat"], (await Namespace("kept").GetSettingsAsync()).SequenceFields);
    }

    [Fact]
    public async Task Access_keys_are_stored_in_the_database_and_cannot_be_checked_while_it_is_down()
    {
        var hash = new byte[32];
        hash[0] = 1;
        var key = _cluster.Client.GetGrain<IAccessKeyGrain>(AccessKey.ToGrainKey("0b1"));
        var check = _cluster.Client.GetGrain<IAccessKeyCheckGrain>(0);
        Assert.True(await key.CreateAsync(new AccessKey { Id = "0b1", Name = "agent", Tenant = "acme", Namespaces = ["n*"], Scopes = Scopes.Delete, ExpiresAt = new Instant(long.MaxValue) }, hash));
        await key.AddUsageAsync(new KeyUsage { Requests = 5, LastUsedAt = new Instant(6) });

        var stored = (await check.ValidateAsync("0b1", hash))!.Key;
        Assert.Equal(("0b1", "agent", "acme", "n*", Scopes.Delete), (stored.Id, stored.Name, stored.Tenant, Assert.Single(stored.Namespaces), stored.Scopes));
        Assert.Equal(5, (await key.GetAsync())!.Usage.Requests);
        // AdoNet storage reads some texts as numbers, and these two would be one.
        Assert.Null(await check.ValidateAsync("b1", hash));

        _server.StopImmediate();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => check.ValidateAsync("0b1", hash));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => check.ValidateAsync("b1", hash));
        _server.Start();
        await Testing.Eventually.TrueAsync(async () => !await IsUnavailableAsync(() => check.ValidateAsync("0b1", hash)));
        await Testing.Eventually.TrueAsync(async () => !await IsUnavailableAsync(() => key.RevokeAsync()));
        Assert.Null(await check.ValidateAsync("0b1", hash));
    }

    private static async Task<bool> IsUnavailableAsync(Func<Task> call)
    {
        try
        {
            await call();
            return false;
        }
        catch (StoreUnavailableException)
        {
            return true;
        }
    }

    private INamespaceGrain Namespace(string name) =>
        _cluster.Client.GetGrain<INamespaceGrain>(new NamespaceKey("default", name).ToGrainKey());
}
