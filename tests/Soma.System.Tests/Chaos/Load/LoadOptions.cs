using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>How much load the clients put on the cluster.</summary>
internal sealed record LoadOptions
{
    /// <summary>How many operations run at the same time.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>The largest number of operations per second, of all workers together.</summary>
    public double Rate { get; init; } = 200;

    public IReadOnlyList<string> Namespaces { get; init; } = ["chaos-1", "chaos-2", "chaos-3", "chaos-4", "chaos-5"];

    /// <summary>The number of coordinates. It is small, so that many writes hit the same memory.</summary>
    public int Coordinates { get; init; } = 10;

    /// <summary>
    /// The share of writes that have an <c>Idempotency-Key</c> and are repeated until they are answered.
    /// </summary>
    public double KeyedShare { get; init; } = 0.35;

    /// <summary>How long a client repeats such a write before it gives up.</summary>
    public TimeSpan KeyedPatience { get; init; } = TimeSpan.FromSeconds(90);

    public int Seed { get; init; }

    /// <summary>What the clients send as their token: the root token, or an access key.</summary>
    public string Token { get; init; } = ClusterUnderTest.Token;

    public IReadOnlyList<string> CoordinateTexts => [.. Enumerable.Range(1, Coordinates).Select(number => $"{number}.0")];
}
