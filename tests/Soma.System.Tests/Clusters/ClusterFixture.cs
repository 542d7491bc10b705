using Soma.System.Tests.Chaos;

namespace Soma.System.Tests.Clusters;

/// <summary>
/// One cluster for all tests of a class. Each test finds every process ready and uses namespaces of its own.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private ClusterUnderTest? _cluster;

    internal async Task<ClusterUnderTest> GetAsync()
    {
        await _cluster!.WaitUntilReadyAsync();
        return _cluster;
    }

    public async Task InitializeAsync() => _cluster = await ClusterUnderTest.StartAsync(new ClusterShape { HasProxies = true, HasTls = ChaosSettings.HasTls });

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
