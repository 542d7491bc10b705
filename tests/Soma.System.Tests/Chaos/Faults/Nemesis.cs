using System.Diagnostics;
using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>
/// Applies one fault after the other to a cluster, in an order that the seed decides. Each kind comes once before any
/// kind comes again.
/// </summary>
internal sealed class Nemesis(ClusterUnderTest cluster, IReadOnlyList<string> namespaces, int seed, Action<string> log)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    private readonly Random _random = new(seed);
    private readonly List<string> _done = [];

    /// <summary>The faults that were applied so far, in order.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>
    /// Applies faults until the time is over. The last fault is healed too, and the cluster recovers from it.
    /// </summary>
    /// <exception cref="TimeoutException">The cluster did not recover from a fault; the message holds the output of its
    /// processes.</exception>
    public async Task RunAsync(TimeSpan time, Action watch)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            foreach (var fault in Shuffle())
            {
                await Task.Delay(ShortestPause + ((LongestPause - ShortestPause) * _random.NextDouble()));
                watch();
                if (Stopwatch.GetElapsedTime(started) > time)
                {
                    return;
                }

                await InflictAsync(fault, started);
            }
        }
    }

    private IFault[] Shuffle()
    {
        IFault[] faults =
        [
            new KillOwner(namespaces),
            new KillSilo(),
            new FreezeOwner(namespaces),
            new FlushRedis(),
            new StopRedis(),
            new StopPostgres(),
            new FailOver(),
            new CutCommits(),
            new SlowPostgres(),
            new CutPostgres(),
            new KillGateway(),
            new RollingRestart(),
            new KillAllSilos(),
        ];
        faults = [.. faults.Where(fault => ChaosSettings.Faults?.Contains(fault.Name) ?? true)];
        _random.Shuffle(faults);
        return faults.Length > 0 ? faults : throw new InvalidOperationException("SOMA_CHAOS_FAULTS names no fault there is.");
    }

    private async Task InflictAsync(IFault fault, long started)
    {
        var began = Stopwatch.GetTimestamp();
        _done.Add(fault.Name);
        try
        {
            await fault.ApplyAsync(cluster, _random);
            await Task.Delay(fault.Duration(_random));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"'{fault.Name}' did not come about.\n{cluster.Describe()}", e);
        }
        finally
        {
            await fault.HealAsync(cluster);
        }

        var healed = Stopwatch.GetTimestamp();
        await cluster.WaitUntilReadyAsync();
        log($"{Stopwatch.GetElapsedTime(started, began).TotalSeconds,6:0.0} s  {fault.Name}: {Stopwatch.GetElapsedTime(began, healed).TotalSeconds:0.0} s, "
            + $"all ready again {Stopwatch.GetElapsedTime(healed).TotalSeconds:0.0} s later");
    }
}
