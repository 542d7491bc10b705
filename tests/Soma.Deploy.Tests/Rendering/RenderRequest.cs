namespace Soma.Deploy.Tests.Rendering;

/// <summary>How the chart is to be rendered.</summary>
public sealed record RenderRequest
{
    public string Values { get; init; } = "values.yaml";

    /// <summary>Values files that are laid over the first, in order.</summary>
    public IReadOnlyList<string> Over { get; init; } = [];

    public IReadOnlyList<string> Sets { get; init; } = [];

    public int Helm { get; init; } = 4;

    public string Kubernetes { get; init; } = "1.34.0";

    public string Release { get; init; } = Chart.Release;

    /// <summary>One template alone; null: all.</summary>
    public string? Only { get; init; }

    /// <summary>The command line of <c>helm template</c>.</summary>
    public IReadOnlyList<string> ToArguments() =>
        ["template", .. Inputs, "--kube-version", Kubernetes, .. Only is null ? (string[])[] : ["--show-only", Only]];

    /// <summary>The command line of <c>helm upgrade</c>, as the deployment guide has it.</summary>
    public IReadOnlyList<string> ToUpgrade() => ["upgrade", "--install", .. Inputs, "--wait"];

    private IEnumerable<string> Inputs =>
    [
        Release, Chart.Folder, "--namespace", "agents", "--values", Path.Combine(Chart.Folder, Values),
        .. Over.SelectMany(file => (string[])["--values", Path.Combine(Chart.Folder, file)]),
        .. Sets.SelectMany(set => (string[])["--set", set]),
    ];
}
