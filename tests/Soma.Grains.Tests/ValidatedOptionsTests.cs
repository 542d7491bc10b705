using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Tier.Indexing;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Sweeping;
using Soma.Grains.Vectors;
using Soma.Grains.Vectors.Qdrant;

namespace Soma.Grains.Tests;

/// <summary>A host does not start on options outside their ranges, and says which one it is.</summary>
public sealed class ValidatedOptionsTests
{
    public static TheoryData<string, object> Bad => new()
    {
        { "QueueRows", new GrainsOptions { Engine = new EngineOptions { QueueRows = 0 } } },
        { "ReadLease", new GrainsOptions { Engine = new EngineOptions { ReadLease = TimeSpan.FromHours(1) } } },
        { "Interval", new GrainsOptions { Engine = new EngineOptions { Sweep = new SweepOptions { Interval = TimeSpan.Zero } } } },
        { "PageSize", new GrainsOptions { Engine = new EngineOptions { Indexer = new IndexerOptions { PageSize = 0 } } } },
        { "SearchWorkers", new GrainsOptions { SearchWorkers = 0 } },
        { "MaxPoolSize", new PostgresStoreOptions { MaxPoolSize = 1 } },
        { "LockTimeout", new PostgresStoreOptions { LockTimeout = TimeSpan.Zero } },
        { "AttemptTimeout", new QdrantOptions { Url = new Uri("http://127.0.0.1:1"), AttemptTimeout = TimeSpan.Zero } },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Option_outside_its_range_stops_the_start_by_name(string member, object options)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options));
        Assert.Contains(member, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(GrainsOptions))]
    [InlineData(typeof(PostgresStoreOptions))]
    [InlineData(typeof(QdrantOptions))]
    public Task Defaults_are_within_their_ranges(Type type) =>
        StartAsync(type == typeof(QdrantOptions) ? new QdrantOptions { Url = new Uri("http://127.0.0.1:1") } : Activator.CreateInstance(type)!);

    // Through the registration that a silo uses; what would do work at the start is left out.
    private static async Task StartAsync(object options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var services = options switch
        {
            GrainsOptions grains => builder.Services.AddSomaGrains(grains),
            PostgresStoreOptions postgres => builder.Services.AddPostgresStore("Host=127.0.0.1;Port=1", postgres),
            _ => builder.Services.AddQdrantIndex((QdrantOptions)options),
        };
        foreach (var service in services.Where(service => service.ServiceType == typeof(IHostedService)).ToArray())
        {
            services.Remove(service);
        }

        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }
}
