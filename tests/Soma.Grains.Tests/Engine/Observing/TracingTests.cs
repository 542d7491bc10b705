using System.Collections.Concurrent;
using System.Diagnostics;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Storage;
using Soma.Testing;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Observing;

/// <summary>All tests that listen are in here, so that the one that must not be listened to can be too.</summary>
public sealed class TracingTests
{
    // As a driver does it: a span of its own around what it sends.
    private static readonly ActivitySource Driver = new("Soma.Grains.Tests.Driver");
    private static readonly ActivitySource Callers = new("Soma.Grains.Tests.Callers");
    private static readonly EngineOptions Options = new() { ReadLease = TimeSpan.FromMilliseconds(50) };

    private readonly FaultyStore _store = new(new InMemoryStore());

    [Fact]
    public async Task A_commit_of_many_writers_is_a_child_of_the_first_and_linked_to_the_others()
    {
        using var listened = new Listened();
        var engine = new EngineHarness(_store, Options);
        for (var i = 0; i < 4; i++)
        {
            await engine.PutAsync($"{i}");
        }

        var first = new TaskCompletionSource();
        _store.BeforeCommit = batch => batch.HeadSeq == 4 ? first.Task : Task.CompletedTask;
        var holding = engine.PutAsync("4");
        await Eventually.TrueAsync(() => _store.Sent.Count == 5);
        var callers = new List<ActivityTraceId>();
        var writes = new List<Task>();
        for (var i = 0; i < 4; i++)
        {
            // Deletes: nothing about them has to be prepared elsewhere, so all are ready for the next batch at once.
            using var caller = Callers.StartActivity("caller", ActivityKind.Internal, default(ActivityContext))!;
            callers.Add(caller.TraceId);
            writes.Add(engine.WriteAsync(Delete($"{i}")));
        }

        await engine.RunAsync(_ => Task.FromResult(true));
        first.SetResult();
        await holding;
        await Task.WhenAll(writes);

        var spans = callers.ConvertAll(trace => Assert.Single(listened.Ended(SomaActivities.Write), span => span.TraceId == trace));
        var commit = Assert.Single(listened.Ended(SomaActivities.Commit), span => span.TraceId == callers[0]);
        Assert.Equal(spans[0].SpanId, commit.ParentSpanId);
        Assert.Equal(spans.Skip(1).Select(span => span.SpanId), commit.Links.Select(link => link.Context.SpanId));
        Assert.Equal(4, commit.GetTagItem("soma.rows"));
        Assert.Equal(4, commit.GetTagItem("soma.commands"));
        Assert.Equal(400L, commit.GetTagItem("soma.bytes"));
        Assert.Equal("committed", commit.GetTagItem("soma.outcome"));
    }

    [Fact]
    public async Task A_write_is_a_child_of_its_caller_and_the_stores_own_span_a_child_of_the_commit()
    {
        using var listened = new Listened();
        var engine = new EngineHarness(_store, Options);
        _store.BeforeCommit = _ =>
        {
            Driver.StartActivity("driver")?.Dispose();
            return Task.CompletedTask;
        };
        using var caller = Callers.StartActivity("caller")!;

        await engine.PutAsync("1");

        var write = Assert.Single(listened.Ended(SomaActivities.Write), span => span.TraceId == caller.TraceId);
        var commit = Assert.Single(listened.Ended(SomaActivities.Commit), span => span.TraceId == caller.TraceId);
        var driver = Assert.Single(listened.Ended("driver"), span => span.TraceId == caller.TraceId);
        Assert.Equal(caller.SpanId, write.ParentSpanId);
        Assert.Equal(write.SpanId, commit.ParentSpanId);
        Assert.Equal(commit.SpanId, driver.ParentSpanId);
        Assert.Equal(200, write.GetTagItem("soma.status"));
        Assert.Contains(listened.Ended(SomaActivities.TakeEpoch), span => span.ParentSpanId == write.SpanId);
    }

    [Fact]
    public async Task The_loop_that_one_caller_started_commits_the_next_callers_write_in_that_ones_trace()
    {
        using var listened = new Listened();
        var engine = new EngineHarness(_store, Options);
        await engine.PutAsync("0");
        var first = new TaskCompletionSource();
        _store.BeforeCommit = batch => batch.HeadSeq == 1 ? first.Task : Task.CompletedTask;
        Task starting, following;
        ActivityTraceId started, followed;
        using (var caller = Callers.StartActivity("caller", ActivityKind.Internal, default(ActivityContext))!)
        {
            (started, starting) = (caller.TraceId, engine.PutAsync("1"));
        }

        await Eventually.TrueAsync(() => _store.Sent.Count == 2);
        using (var caller = Callers.StartActivity("caller", ActivityKind.Internal, default(ActivityContext))!)
        {
            (followed, following) = (caller.TraceId, engine.PutAsync("2"));
        }

        first.SetResult();
        await starting;
        await following;

        Assert.Single(listened.Ended(SomaActivities.Commit), span => span.TraceId == started);
        Assert.Single(listened.Ended(SomaActivities.Commit), span => span.TraceId == followed);
    }

    [Fact]
    public async Task A_search_and_its_ranking_are_in_the_callers_trace()
    {
        using var listened = new Listened();
        var engine = new EngineHarness(_store, Options);
        await engine.PutAsync("1");
        using var caller = Callers.StartActivity("caller")!;

        await engine.SearchAsync("memory");

        var search = Assert.Single(listened.Ended(SomaActivities.Search), span => span.TraceId == caller.TraceId);
        var rank = Assert.Single(listened.Ended(SomaActivities.Rank), span => span.TraceId == caller.TraceId);
        Assert.Equal(caller.SpanId, search.ParentSpanId);
        Assert.Equal(search.SpanId, rank.ParentSpanId);
        Assert.Equal(1, search.GetTagItem("soma.hits"));
    }

    [Fact]
    public async Task A_write_that_fails_says_so_in_its_span()
    {
        using var listened = new Listened();
        var engine = new EngineHarness(_store, Options);
        await engine.PutAsync("1");
        _store.NextCommit = StoreFault.Unavailable;
        using var caller = Callers.StartActivity("caller")!;

        await Assert.ThrowsAnyAsync<Exception>(() => engine.PutAsync("2"));

        var write = Assert.Single(listened.Ended(SomaActivities.Write), span => span.TraceId == caller.TraceId);
        Assert.Equal((ActivityStatusCode.Error, "StoreUnavailableException"), (write.Status, write.StatusDescription));
        var commit = Assert.Single(listened.Ended(SomaActivities.Commit), span => span.TraceId == caller.TraceId);
        Assert.Equal("failed", commit.GetTagItem("soma.outcome"));
    }

    [Fact]
    public void Where_nobody_listens_nothing_is_recorded_and_nothing_allocated()
    {
        using var caller = new Activity("caller").Start();
        var batch = new CommitBatch { NamespaceId = 1, Epoch = 1, ExpectedCommitNo = 0, HeadSeq = 0, At = default };
        var decided = new List<(PendingWrite, Interfaces.WriteReply)> { (new PendingWrite(Put("1", "a"), 0), new Interfaces.WriteReply { Status = 200 }) };
        Assert.Null(Trace());
        Assert.Equal(0, Allocations.Least(() => Trace()));

        Activity? Trace() => SomaActivities.Source.StartActivity(SomaActivities.Write) ?? CommitTracing.Start(batch, decided);
    }

    private sealed class Listened : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Listened()
        {
            _listener = new ActivityListener
            {
                // By name: a source asks its listeners before whoever made it can be compared with.
                ShouldListenTo = source => source.Name.StartsWith(SomaActivities.SourceName, StringComparison.Ordinal),
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IEnumerable<Activity> Ended(string name) => _ended.Where(activity => activity.OperationName == name);

        public void Dispose() => _listener.Dispose();
    }
}
