using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;
using Soma.Hosting;

namespace Soma.Grains.Tests;

/// <summary>A meter of one test, and what <c>/metrics</c> would show of it.</summary>
internal sealed class ScrapedMeter
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    public ScrapedMeter()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _ = new MeterExporter(meters, _registry);
        Meter = meters.Create("Soma.Grains");
    }

    public Meter Meter { get; }

    /// <summary>What <c>/metrics</c> would show, as text.</summary>
    public async Task<string> ScrapeTextAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>What <c>/metrics</c> would show: each series with its value.</summary>
    public async Task<IReadOnlyDictionary<string, double>> ScrapeAsync() => (await ScrapeTextAsync())
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line[0] != '#')
        .Select(line => line.Split(' '))
        .ToDictionary(pieces => pieces[0], pieces => double.Parse(pieces[1], CultureInfo.InvariantCulture));
}
