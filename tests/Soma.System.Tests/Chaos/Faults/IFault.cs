using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Faults;

/// <summary>Something that goes wrong, and is put right again.</summary>
internal interface IFault
{
    string Name { get; }

    /// <summary>Ends when the fault is there.</summary>
    Task ApplyAsync(ClusterUnderTest cluster, Random random);

    /// <summary>How long it lasts, for those that last.</summary>
    TimeSpan Duration(Random random) => TimeSpan.Zero;

    /// <summary>Ends what does not end by itself.</summary>
    Task HealAsync(ClusterUnderTest cluster) => Task.CompletedTask;
}
