using System.Text.RegularExpressions;
using Prometheus;
using Soma.Testing;

namespace Soma.Gateway.Tests.Service;

public sealed partial class MonitoringDocumentTests
{
    [Fact]
    public async Task The_document_names_every_metric_of_gateways()
    {
        var registry = Metrics.NewCustomRegistry();
        _ = new GatewayInstruments(registry);
        using var scrape = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(scrape);
        var registered = Family().Matches(System.Text.Encoding.UTF8.GetString(scrape.ToArray())).Select(family => family.Groups[1].Value).ToList();
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs/monitoring.md"));

        Assert.NotEmpty(registered);
        Assert.Empty(registered.Except(Named().Matches(document).Select(name => name.Groups[1].Value)));
    }

    [GeneratedRegex("^# TYPE ([a-z0-9_]+) ", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("`([a-z0-9_]+)(?:\\{[a-z_,]+\\})?`")]
    private static partial Regex Named();
}
