using System.Collections.Concurrent;
using System.Diagnostics;
using Soma.Grains;

namespace Soma.Cluster.Tests;

public sealed class TracingTests(SomaCluster cluster) : IClassFixture<SomaCluster>
{
    [Fact]
    public async Task A_write_through_a_client_is_one_trace_from_the_call_to_the_commit()
    {
        using var callers = new ActivitySource("Soma.Cluster.Tests");
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Soma.Cluster.Tests" or "Microsoft.Orleans.Application" or SomaActivities.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var grain = cluster.Namespace("traced");
        using var caller = callers.StartActivity("caller")!;

        await grain.WriteAsync(NamespaceGrainTests.Put("1", "{}"));
        await grain.WriteAsync(NamespaceGrainTests.Put("2", "{}"));

        var trace = ended.Where(span => span.TraceId == caller.TraceId).ToList();
        var writes = trace.Where(span => span.OperationName == SomaActivities.Write).ToList();
        Assert.Equal(2, writes.Count);
        Assert.All(writes, write => Assert.Contains(trace, span => span.SpanId == write.ParentSpanId && span.Kind == ActivityKind.Server));
        Assert.All(writes, write => Assert.Single(trace, span => span.OperationName == SomaActivities.Commit && span.ParentSpanId == write.SpanId));
        Assert.Single(trace, span => span.OperationName == SomaActivities.TakeEpoch);
    }
}
