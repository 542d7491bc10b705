using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>A fault that is applied to a cluster and then healed.</summary>
internal interface IFault
{
    string Name { get; }

    /// <summary>Applies the fault. Returns when the fault is in effect.</summary>
    Task ApplyAsync(ClusterUnderTest cluster, Random random);

    /// <summary>How long the fault lasts; zero for a fault that is over at once.</summary>
    TimeSpan Duration(Random random) => TimeSpan.Zero;

    /// <summary>Ends a fault that does not end by itself.</summary>
    Task HealAsync(ClusterUnderTest cluster) => Task.CompletedTask;
}
