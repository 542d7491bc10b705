using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Soma.Bench.Micro;

/// <summary><c>bench micro [filter]</c>: times and allocations of the inner steps of requests, by BenchmarkDotNet.</summary>
public static class MicroCommand
{
    public static int Run(string[] rest)
    {
        // In this process: BenchmarkDotNet would otherwise build a project of its own, which this repository's build settings would refuse.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "soma-bench-micro"));
        var summaries = BenchmarkSwitcher
            .FromTypes([typeof(EngineBenchmarks), typeof(SearchBenchmarks), typeof(GatewayBenchmarks)])
            .Run(rest.Length == 0 ? ["--filter", "*"] : ["--filter", .. rest], config);
        return summaries.All(summary => !summary.HasCriticalValidationErrors) ? 0 : 1;
    }
}
