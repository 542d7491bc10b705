using System.Diagnostics;
using Soma.System.Tests.Chaos;
using Soma.System.Tests.Chaos.Checking;
using Soma.System.Tests.Chaos.Faults;
using Soma.System.Tests.Chaos.Load;
using Soma.System.Tests.Chaos.Recording;
using Soma.System.Tests.Processes;
using Soma.Testing;
using Xunit.Abstractions;

namespace Soma.System.Tests.Clusters;

/// <summary>Applies one fault at a time and checks exactly what callers may see of it.</summary>
[Collection(ProcessTests.Name)]
public sealed class DirectedFaultTests(ClusterFixture fixture, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const int RowLost = 20;
    private const int DeclaredDead = 21;

    private static readonly Random Any = new(1);

    private readonly Summary _summary = new(output);

    [Fact]
    public async Task A_consumer_cut_beside_kills_of_silos_and_gateways_rebuilds_the_namespace()
    {
        const int Kills = 4;
        var cluster = await fixture.GetAsync();
        using var trial = new Trial(cluster, Options("followed"));
        using var follower = new FeedFollower([.. cluster.Gateways.Select(gateway => gateway.Address)], ClusterUnderTest.Token, "followed", seed: 1);
        for (var kill = 0; kill < Kills; kill++)
        {
            await trial.WaitForOperationsAsync(100);
            await cluster.WaitUntilReadyAsync();
            var victim = kill % 2 == 0 ? await cluster.FindOwnerAsync("followed") : cluster.Gateways[kill / 2 % cluster.Gateways.Count];
            await Restarts.OfAsync([victim], process => process.Kill());
        }

        await cluster.WaitUntilReadyAsync();
        AssertHolds(await trial.FinishAsync(), cluster);
        await follower.FinishAsync();
        Assert.True(follower.Connections > Kills, $"The consumer connected {follower.Connections} times.");
    }

    [Fact]
    public async Task An_owner_that_is_killed_is_replaced_and_callers_see_answers_only()
    {
        var cluster = await fixture.GetAsync();
        // Without idempotency keys the clients repeat nothing, so each caller's first answer counts.
        using var trial = new Trial(cluster, Options("killed") with { KeyedShare = 0 });
        var pauses = new List<double>();
        for (var kill = 0; kill < ChaosSettings.FailoverKills; kill++)
        {
            await trial.WaitForOperationsAsync(50);
            await cluster.WaitUntilReadyAsync();
            var owner = await cluster.FindOwnerAsync("killed");
            var killed = Stopwatch.GetTimestamp();
            await Restarts.OfAsync([owner], silo => silo.Kill());
            var answered = await trial.WaitForWriteAfterAsync(killed);
            pauses.Add(Stopwatch.GetElapsedTime(killed, answered).TotalMilliseconds);
        }

        await cluster.WaitUntilReadyAsync();
        AssertHolds(await trial.FinishAsync(), cluster);
        pauses.Sort();
        _summary.Write($"first write acknowledged after SIGKILL of the owner, {pauses.Count} kills: "
            + $"median {pauses[pauses.Count / 2]:0} ms, worst {pauses[^1]:0} ms; slowest answer {Slowest(trial):0} ms");
        Assert.DoesNotContain(trial.Operations, operation => operation.Status is not (200 or 404 or 412 or 503 or 504));
    }

    [Fact]
    public async Task A_frozen_owner_that_wakes_writes_nothing_and_answers_nothing_old()
    {
        var cluster = await fixture.GetAsync();
        using var trial = new Trial(cluster, Options("frozen") with { Workers = 32, Rate = 300 });
        await trial.WaitForOperationsAsync(100);
        var owner = await cluster.FindOwnerAsync("frozen");
        var proxy = cluster.ProxyOf(owner);
        var (starts, held, refused) = (owner.Starts, proxy.HeldCommits, proxy.HeldCommitsRefused);

        // The owner is frozen with a commit in flight, which arrives when another silo already owns the namespace.
        proxy.HoldCommits();
        await Eventually.TrueAsync(() => proxy.HeldCommits > held);
        var frozen = Stopwatch.GetTimestamp();
        owner.Freeze();
        long answered;
        try
        {
            answered = await trial.WaitForWriteAfterAsync(frozen);
            await trial.WaitForOperationsAsync(200);
            var atLeast = TimeSpan.FromSeconds(8) - Stopwatch.GetElapsedTime(frozen);
            await Task.Delay(atLeast > TimeSpan.Zero ? atLeast : TimeSpan.Zero);
            proxy.ReleaseCommits();
            await Eventually.TrueAsync(() => proxy.HeldCommitsRefused > refused);
        }
        finally
        {
            // Whatever failed, the next test finds a cluster without this fault.
            proxy.ReleaseCommits();
            owner.Thaw();
        }

        await owner.WaitForRestartAsync(starts, TimeSpan.FromSeconds(60));

        await cluster.WaitUntilReadyAsync();
        await trial.WaitForOperationsAsync(100);
        AssertHolds(await trial.FinishAsync(), cluster);
        _summary.Write($"frozen owner: replaced after {Stopwatch.GetElapsedTime(frozen, answered).TotalMilliseconds:0} ms; "
            + $"{proxy.HeldCommitsRefused - refused} late commits of it were refused, when it woke it ended with {owner.ExitCodes[^1]}");
        Assert.Contains(owner.ExitCodes[^1], new[] { RowLost, DeclaredDead });
    }

    [Fact]
    public async Task A_commit_whose_answer_was_cut_off_is_applied_once()
    {
        const int Cuts = 10;
        var cluster = await fixture.GetAsync();
        using var trial = new Trial(cluster, Options("cut"));
        for (var cut = 0; cut < Cuts; cut++)
        {
            await trial.WaitForOperationsAsync(20);
            var proxy = cluster.ProxyOf(await cluster.FindOwnerAsync("cut"));
            var before = proxy.CutCommits;
            proxy.CutAfterNextCommit();
            await Eventually.TrueAsync(() => proxy.CutCommits > before);
        }

        var report = await trial.FinishAsync();
        AssertHolds(report, cluster);
        // The gateways find out every outcome before the callers' deadlines, so no caller is answered "unknown".
        Assert.DoesNotContain(trial.Operations, operation => operation.Outcome == Outcome.Unknown);
        _summary.Write($"{Cuts} commits' answers cut off: {report.LogRows} rows under {report.Epochs} epochs");
    }

    [Fact]
    public async Task A_flushed_Redis_makes_each_silo_leave_and_come_back_and_loses_nothing()
    {
        var cluster = await fixture.GetAsync();
        using var trial = new Trial(cluster, Options("flushed"));
        await trial.WaitForOperationsAsync(100);

        await Restarts.OfAsync(cluster.Silos, cluster.Redis.FlushAll);

        await cluster.WaitUntilReadyAsync();
        await trial.WaitForOperationsAsync(100);
        AssertHolds(await trial.FinishAsync(), cluster);
        _summary.Write($"flushed Redis: {CountUnanswered(trial)} requests without a 2xx, slowest answer {Slowest(trial):0} ms");
        Assert.All(cluster.Silos, silo => Assert.Equal(RowLost, silo.ExitCodes[^1]));
    }

    [Fact]
    public async Task A_rolling_restart_fails_no_request()
    {
        var cluster = await fixture.GetAsync();
        using var trial = new Trial(cluster, Options("rolled") with { Workers = 32, KeyedShare = 0 });
        await trial.WaitForOperationsAsync(100);

        await new RollingRestart().ApplyAsync(cluster, Any);

        await trial.WaitForOperationsAsync(100);
        AssertHolds(await trial.FinishAsync(), cluster);
        Assert.All(cluster.Members, member => Assert.Equal(0, member.ExitCodes[^1]));
        var failed = trial.Operations.Where(operation => operation.Status is not (200 or 404 or 412)).ToList();
        _summary.Write($"rolling restart of {cluster.Members.Count()} processes: {trial.Operations.Count} requests, {failed.Count} failed, slowest answer {Slowest(trial):0} ms");
        Assert.True(failed.Count == 0, $"{failed.Count} failed: {string.Join('\n', failed.Take(10))}\n{cluster.Describe()}");
    }

    [Fact]
    public async Task All_silos_killed_at_once_come_back_with_everything()
    {
        var cluster = await fixture.GetAsync();
        using var trial = new Trial(cluster, Options("all-killed"));
        await trial.WaitForOperationsAsync(100);

        var killed = Stopwatch.GetTimestamp();
        await new KillAllSilos().ApplyAsync(cluster, Any);
        var answered = await trial.WaitForWriteAfterAsync(killed);

        await cluster.WaitUntilReadyAsync();
        await trial.WaitForOperationsAsync(100);
        AssertHolds(await trial.FinishAsync(), cluster);
        _summary.Write($"all silos killed at once: first write acknowledged after {Stopwatch.GetElapsedTime(killed, answered).TotalSeconds:0.0} s");
    }

    private static LoadOptions Options(string soleNamespace) => new() { Namespaces = [soleNamespace], Rate = 100, Seed = 7 };

    private static double Slowest(Trial trial) =>
        trial.Operations.Max(operation => Stopwatch.GetElapsedTime(operation.Invoked, operation.Returned).TotalMilliseconds);

    private static int CountUnanswered(Trial trial) => trial.Operations.Count(operation => operation.Status is not (200 or 404 or 412));

    private static void AssertHolds(ChaosReport report, ClusterUnderTest cluster) =>
        Assert.True(report.ViolationCount == 0, $"{report}\n{cluster.Describe()}");
}
