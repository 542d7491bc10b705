using System.Collections.Concurrent;
using Soma.Testing;

namespace Soma.Deploy.Tests.Rendering;

/// <summary>The chart of this repository, and what it renders.</summary>
public static class Chart
{
    public const string Name = "somafractalmemory";

    /// <summary>The name of the release in the deployment guide.</summary>
    public const string Release = "somafractalmemory";

    private static readonly ConcurrentDictionary<string, Lazy<RenderedChart>> Rendered = new();

    public static string Root => Repository.Root;

    public static string Folder => Path.Combine(Root, "helm");

    /// <summary>Renders with <c>values.yaml</c> and single values.</summary>
    /// <param name="sets">As after <c>--set</c>.</param>
    /// <exception cref="HelmException">It does not render.</exception>
    public static RenderedChart Render(params IReadOnlyList<string> sets) => Render(new RenderRequest { Sets = sets });

    /// <exception cref="HelmException">It does not render.</exception>
    public static RenderedChart Render(RenderRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var arguments = request.ToArguments();
        return Rendered.GetOrAdd(
            $"{request.Helm} {string.Join(' ', arguments)}",
            _ => new Lazy<RenderedChart>(() => new RenderedChart(Helm.Run(request.Helm, arguments)))).Value;
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));
}
