using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Hosting;

public sealed class WarmUpTests
{
    [Fact]
    public async Task The_first_store_of_a_process_is_rehearsed_and_leaves_no_namespace_and_no_count()
    {
        await using var host = await SomaHost.StartAsync();

        Assert.True(await host.WarmUp.Begin());

        using var client = host.NewClient();
        Assert.Contains("soma_commits_total{outcome=\"committed\"} 0\n", await client.GetStringAsync("metrics"));
        Assert.Null(await host.Store.TakeEpochAsync(new NamespaceKey("~", "~"), TimeSpan.Zero, CancellationToken.None));
    }
}
