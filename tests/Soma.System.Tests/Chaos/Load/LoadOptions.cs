namespace Soma.System.Tests.Chaos.Load;

/// <summary>How much is asked of the cluster.</summary>
internal sealed record LoadOptions
{
    /// <summary>Most operations under way at once.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>Most operations a second, of all workers together.</summary>
    public double Rate { get; init; } = 200;

    public IReadOnlyList<string> Namespaces { get; init; } = ["chaos-1", "chaos-2", "chaos-3", "chaos-4", "chaos-5"];

    /// <summary>Few, so that writers meet.</summary>
    public int Coordinates { get; init; } = 10;

    /// <summary>How many of the writes have an <c>Idempotency-Key</c>, and are sent again until they are answered.</summary>
    public double KeyedShare { get; init; } = 0.35;

    /// <summary>How long a keyed write is sent again before its client gives up.</summary>
    public TimeSpan KeyedPatience { get; init; } = TimeSpan.FromSeconds(90);

    public int Seed { get; init; }

    public IReadOnlyList<string> CoordinateTexts => [.. Enumerable.Range(1, Coordinates).Select(number => $"{number}.0")];
}
