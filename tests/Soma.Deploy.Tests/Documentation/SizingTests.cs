using System.Globalization;
using k8s.Models;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Documentation;

/// <summary>The deployment guide says what each values file asks a cluster for: by the sums of what its rendering asks for.</summary>
public sealed class SizingTests
{
    [Theory]
    [InlineData("values-local-dev.yaml")]
    [InlineData("values.yaml")]
    [InlineData("values-prod-ha.yaml")]
    public void The_guide_says_what_a_values_file_asks_for(string file)
    {
        var chart = Chart.Render(new RenderRequest { Values = file });
        var serving = chart.Workloads.Where(one => one.Serves).ToArray();
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"| `{file}` | {Sum(serving, "cpu"):0.##} | {GiB(Sum(serving, "memory"))} | {GiB(Volumes(chart, serving))} |");

        Assert.Contains($"{row}\n", Chart.Read("docs/deployment.md"), StringComparison.Ordinal);
    }

    private static double Sum(IEnumerable<Workload> workloads, string resource) =>
        workloads.Sum(one => one.Replicas!.Value * one.Pod.Containers.Sum(container => container.Resources.Requests[resource].ToDouble()));

    private static double Volumes(RenderedChart chart, IEnumerable<Workload> workloads) =>
        workloads.Sum(one => one.Replicas!.Value * one.Claims.Sum(Size)) + chart.All<V1PersistentVolumeClaim>().Sum(Size);

    private static double Size(V1PersistentVolumeClaim claim) => claim.Spec.Resources.Requests["storage"].ToDouble();

    private static string GiB(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1L << 30):0.##} GiB");
}
