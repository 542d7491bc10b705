namespace Soma.Deploy.Tests.Rendering;

/// <summary>How the chart is to be rendered.</summary>
public sealed record RenderRequest
{
    public string Values { get; init; } = "values.yaml";

    public IReadOnlyList<string> Sets { get; init; } = [];

    public int Helm { get; init; } = 4;

    public string Kubernetes { get; init; } = "1.34.0";

    public string Release { get; init; } = Chart.Release;

    /// <summary>One template alone; null: all.</summary>
    public string? Only { get; init; }

    public IReadOnlyList<string> ToArguments() =>
    [
        "template", Release, Chart.Folder, "--namespace", "agents", "--kube-version", Kubernetes,
        "--values", Path.Combine(Chart.Folder, Values),
        .. Sets.SelectMany(set => (string[])["--set", set]),
        .. Only is null ? (string[])[] : ["--show-only", Only],
    ];
}
