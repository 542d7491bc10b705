namespace Soma.Grains.Engine.Observing;

/// <summary>Bounds of histograms, shared so that panels of different times can be laid over one another.</summary>
internal static class Buckets
{
    /// <summary>Seconds from half a millisecond, below which nothing here is slow, to longer than any caller waits.</summary>
    public static double[] Seconds { get; } =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Rows of one commit.</summary>
    public static double[] Rows { get; } = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
}
