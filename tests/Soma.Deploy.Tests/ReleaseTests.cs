using System.Diagnostics;
using System.Text.RegularExpressions;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests;

/// <summary>What the workflows push is what a released chart pulls.</summary>
public sealed partial class ReleaseTests : IDisposable
{
    private static readonly Dictionary<string, string?> Owner = new() { ["GITHUB_REPOSITORY_OWNER"] = "Someone-Else" };

    private readonly string _folder = Directory.CreateTempSubdirectory("soma-release-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_released_chart_names_the_images_that_are_pushed_with_it(int helm)
    {
        Run("scripts/release/chart.sh", new(Owner) { ["SOMA_HELM"] = Environment.GetEnvironmentVariable(helm == 3 ? "SOMA_HELM3" : "SOMA_HELM") }, "1.2.3", _folder);

        var chart = new RenderedChart(Helm.Run(helm, "template", Chart.Release, Path.Combine(_folder, "somafractalmemory-1.2.3.tgz")));

        var images = Run("scripts/release/images.sh", Owner).Trim();
        Assert.Equal("ghcr.io/someone-else/soma", images);
        Assert.Equal($"{images}-gateway:1.2.3", chart.Component("gateway").Container.Image);
        Assert.Equal($"{images}-silo:1.2.3", chart.Component("silo").Container.Image);
    }

    [Theory]
    [InlineData("release.yml")]
    [InlineData("deploy-soma-stack.yml")]
    public void A_workflow_pushes_under_the_one_name_and_both_parts_of_it(string workflow)
    {
        var text = Chart.Read($".github/workflows/{workflow}");

        Assert.Contains("part: [silo, gateway]", text, StringComparison.Ordinal);
        Assert.Contains("$(scripts/release/images.sh)-", text, StringComparison.Ordinal);
        // The registry is named to log in, and for the charts; no image is named by hand.
        Assert.All(Registry().Matches(text), match => Assert.EndsWith("/charts", match.Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v1.2.3", "version=1.2.3\nprerelease=false\n")]
    [InlineData("v1.2.3-rc.1", "version=1.2.3-rc.1\nprerelease=true\n")]
    public void A_tag_is_the_version_of_everything(string tag, string outputs) => Assert.Equal(outputs, Run("scripts/release/version.sh", [], tag));

    [Theory]
    [InlineData("v1.2")]
    [InlineData("1.2.3")]
    [InlineData("v1.2.3; true")]
    public void A_tag_that_is_no_version_is_refused(string tag) =>
        Assert.Contains("is no version", Assert.Throws<InvalidOperationException>(() => Run("scripts/release/version.sh", [], tag)).Message, StringComparison.Ordinal);

    private static string Run(string script, Dictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Chart.Root, script), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash does not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(errors.GetAwaiter().GetResult());
    }

    [GeneratedRegex(@"ghcr\.io/[^\s""]+")]
    private static partial Regex Registry();
}
