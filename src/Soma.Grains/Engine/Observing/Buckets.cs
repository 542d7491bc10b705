namespace Soma.Grains.Engine.Observing;

/// <summary>The bounds of histogram buckets. All durations have the same bounds, so that a panel can show two of them in one picture.</summary>
internal static class Buckets
{
    /// <summary>Seconds. Nothing below the first bound is slow, and no caller waits longer than the last.</summary>
    public static double[] Seconds { get; } =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Numbers of rows in one commit.</summary>
    public static double[] Rows { get; } = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
}
