using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;
using Soma.Hosting;

namespace Soma.Silo.Tests.Hosting;

public sealed class MeterExporterTests
{
    [Fact]
    public async Task An_instrument_shows_its_name_help_label_and_buckets_before_its_first_event()
    {
        await using var host = new Host();
        host.Meter.CreateCounter<long>("kettles_total", null, "Kettles boiled.", [new("colour", "blue")]);
        host.Meter.CreateHistogram<double>("boil_seconds", description: "Time to boil.", advice: new() { HistogramBucketBoundaries = [1, 60] });

        var shown = await host.ScrapeAsync();

        string[] expected =
        [
            "# HELP kettles_total Kettles boiled.", "# TYPE kettles_total counter", "kettles_total{colour=\"blue\"} 0",
            "# HELP boil_seconds Time to boil.", "# TYPE boil_seconds histogram", "boil_seconds_sum 0", "boil_seconds_count 0",
            "boil_seconds_bucket{le=\"1\"} 0", "boil_seconds_bucket{le=\"60\"} 0", "boil_seconds_bucket{le=\"+Inf\"} 0",
        ];
        Assert.Equal(expected.Order(), shown.Order());
    }

    [Fact]
    public async Task Each_kind_of_instrument_is_measured_into_its_series()
    {
        await using var host = new Host();
        var level = 7L;
        host.Meter.CreateObservableGauge("level", () => level);
        host.Meter.CreateObservableGauge("share", () => level / 2.0);
        host.Meter.CreateObservableCounter("polled_total", () => level);
        var blue = host.Meter.CreateCounter<long>("kettles_total", null, null, [new("colour", "blue")]);
        var red = host.Meter.CreateCounter<long>("kettles_total", null, null, [new("colour", "red")]);
        var open = host.Meter.CreateUpDownCounter<long>("open");
        var time = host.Meter.CreateHistogram<double>("boil_seconds", advice: new() { HistogramBucketBoundaries = [1] });
        blue.Add(2);
        red.Add(3);
        open.Add(5);
        open.Add(-1);
        time.Record(1.5);
        await host.ScrapeAsync();
        level = 9;

        var shown = await host.ScrapeAsync();

        string[] expected =
        [
            "level 9", "share 4.5", "polled_total 9", "kettles_total{colour=\"blue\"} 2", "kettles_total{colour=\"red\"} 3", "open 4",
            "boil_seconds_sum 1.5", "boil_seconds_count 1", "boil_seconds_bucket{le=\"1\"} 0", "boil_seconds_bucket{le=\"+Inf\"} 1",
        ];
        Assert.Equal(expected.Order(), shown.Where(line => line[0] != '#').Order());
    }

    [Fact]
    public async Task Two_hosts_in_one_process_count_apart()
    {
        await using var here = new Host();
        await using var elsewhere = new Host();
        var ours = here.Meter.CreateCounter<long>("kettles_total");
        var theirs = elsewhere.Meter.CreateCounter<long>("kettles_total");

        ours.Add(1);
        theirs.Add(20);

        Assert.Contains("kettles_total 1", await here.ScrapeAsync());
        Assert.Contains("kettles_total 20", await elsewhere.ScrapeAsync());
    }

    [Fact]
    public async Task An_instrument_of_a_kind_that_is_not_published_is_refused_when_it_is_made()
    {
        await using var host = new Host();

        var refused = Assert.Throws<NotSupportedException>(() => host.Meter.CreateCounter<int>("kettles_total"));

        Assert.Contains("kettles_total", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Meters_of_others_are_left_to_the_adapter()
    {
        await using var host = new Host();

        host.MeterOf("Microsoft.Orleans").CreateCounter<int>("messages");

        Assert.Empty(await host.ScrapeAsync());
    }

    private sealed class Host : IAsyncDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics()
            .AddSingleton(Metrics.NewCustomRegistry()).AddSingleton<MeterExporter>().BuildServiceProvider();

        public Host() => _services.GetRequiredService<MeterExporter>();

        public Meter Meter => MeterOf("Soma.Tests");

        public Meter MeterOf(string name) => _services.GetRequiredService<IMeterFactory>().Create(name);

        public async Task<string[]> ScrapeAsync()
        {
            using var text = new MemoryStream();
            await _services.GetRequiredService<CollectorRegistry>().CollectAndExportAsTextAsync(text);
            return Encoding.UTF8.GetString(text.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();
    }
}
