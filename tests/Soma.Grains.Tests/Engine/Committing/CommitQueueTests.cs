using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Committing;

public sealed class CommitQueueTests
{
    private readonly InMemoryStore _store = new();

    [Fact]
    public async Task Commands_that_come_while_a_commit_is_in_flight_share_the_next_one()
    {
        var gate = new TaskCompletionSource();
        var sizes = new List<int>();
        var faulty = new FaultyStore(_store) { BeforeCommit = batch => { sizes.Add(batch.Log.Count); return sizes.Count == 1 ? gate.Task : Task.CompletedTask; } };
        var engine = new EngineHarness(faulty);
        var first = engine.PutAsync("0");
        await Eventually.TrueAsync(() => sizes.Count == 1);

        // Links, because they need no preparation on other threads: they are ready when their turn ends, however busy the machine is.
        var others = Enumerable.Range(1, 20).Select(i => engine.WriteAsync(CommandOf(
            AnswerKind.Link, null, new PutLink { From = At("0"), To = At($"{i}"), LinkType = "related", Strength = 1 }))).ToArray();
        await engine.RunAsync(_ => Task.FromResult(true));
        gate.SetResult();
        await Task.WhenAll([first, .. others]);

        Assert.Equal([1, 20], sizes);
    }

    [Fact]
    public async Task Nothing_of_a_commit_is_read_before_it_is_durable()
    {
        var gate = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        var faulty = new FaultyStore(_store)
        {
            BeforeCommit = _ =>
            {
                sent.TrySetResult();
                return gate.Task;
            },
        };
        var engine = new EngineHarness(faulty);

        var write = engine.PutAsync("1");
        await sent.Task;
        Assert.Null(await engine.GetAsync("1"));

        gate.SetResult();
        Assert.Equal(1, (await write).Seq);
        Assert.NotNull(await engine.GetAsync("1"));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_says_that_nothing_was_applied()
    {
        var gate = new TaskCompletionSource();
        var engine = new EngineHarness(new FaultyStore(_store) { BeforeCommit = _ => gate.Task }, new EngineOptions { QueueRows = 3 });
        var admitted = Enumerable.Range(0, 3).Select(i => engine.PutAsync($"{i}")).ToArray();
        await engine.RunAsync(_ => Task.FromResult(true));

        var refused = await Assert.ThrowsAsync<OverloadedException>(() => engine.PutAsync("9"));
        Assert.Equal(WriteOutcome.NotApplied, refused.Outcome);

        gate.SetResult();
        await Task.WhenAll(admitted);
        Assert.Null(await engine.GetAsync("9"));
        Assert.Equal(4, (await engine.PutAsync("9")).Seq);
    }

    [Fact]
    public async Task The_same_key_again_gets_the_same_bytes_and_applies_nothing()
    {
        var engine = new EngineHarness(_store);
        var command = Put("1", "first", KeyOf("k"));

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => engine.WriteAsync(command)));
        var later = await engine.WriteAsync(command);

        Assert.All(replies, reply => Assert.Equal(later.Body, reply.Body));
        Assert.Equal(1, (await engine.GetAsync("1"))!.Version);
    }

    [Fact]
    public async Task The_same_key_for_another_request_is_a_conflict()
    {
        var engine = new EngineHarness(_store);
        await engine.WriteAsync(Put("1", "first", KeyOf("k", "one")));

        var reply = await engine.WriteAsync(Put("2", "second", KeyOf("k", "two")));

        Assert.Equal(409, reply.Status);
        Assert.Null(await engine.GetAsync("2"));
    }

    [Fact]
    public async Task A_receipt_outlives_the_activation_that_wrote_it()
    {
        var command = Put("1", "first", KeyOf("k"));
        var before = new EngineHarness(_store);
        var first = await before.WriteAsync(command);
        await before.CloseAsync();

        var again = await new EngineHarness(_store).WriteAsync(command);

        Assert.Equal(first.Body, again.Body);
        Assert.Equal(first.Seq, again.Seq);
    }

    [Fact]
    public async Task A_gateways_key_that_was_never_looked_up_clashes_and_gets_its_receipt()
    {
        var key = new IdempotencyKey { Value = "g:1", RequestHash = [1] };
        var before = new EngineHarness(_store);
        var first = await before.WriteAsync(Put("1", "first", key));
        await before.CloseAsync();

        var again = await new EngineHarness(_store).WriteAsync(Put("1", "first", key));

        Assert.Equal(first.Body, again.Body);
    }

    [Fact]
    public async Task Of_two_writes_with_the_same_condition_one_wins()
    {
        var engine = new EngineHarness(_store);
        var seq = (await engine.PutAsync("1")).Seq;
        var condition = new Precondition { Seq = seq };

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(i =>
            engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf("1", $"try {i}", condition)))));

        Assert.Single(replies, reply => reply.Status == 200);
        Assert.Equal(4, replies.Count(reply => reply.Status == 412));
    }

    [Fact]
    public async Task A_batch_with_one_bad_item_stores_nothing_and_names_the_item()
    {
        var engine = new EngineHarness(_store);
        var reply = await engine.WriteAsync(CommandOf(
            AnswerKind.StoreBatch, null, PutOf("1", "a"), PutOf("2", "b", new Precondition { MustExist = true }), PutOf("3", "c")));

        Assert.Equal(412, reply.Status);
        Assert.Equal([1], reply.Rejection!.FailedItems);
        Assert.Null(await engine.GetAsync("1"));
    }

    [Fact]
    public async Task A_row_the_store_refuses_fails_alone()
    {
        var faulty = new FaultyStore(_store)
        {
            OnCommit = batch => batch.Log.Any(row => row.Coordinate == At("13")) ? StoreFault.Rejected : StoreFault.None,
        };
        var engine = new EngineHarness(faulty);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => engine.PutAsync($"{i}")));

        Assert.Equal(422, replies[13].Status);
        Assert.Equal(19, replies.Count(reply => reply.Status == 200));
    }

    [Fact]
    public async Task A_defect_in_the_store_fails_the_write_once_and_leaves_the_namespace_working()
    {
        var isBroken = true;
        var faulty = new FaultyStore(_store) { BeforeCommit = _ => isBroken ? throw new InvalidOperationException("a defect") : Task.CompletedTask };
        var engine = new EngineHarness(faulty);

        await Assert.ThrowsAsync<InvalidOperationException>(() => engine.PutAsync("1"));

        isBroken = false;
        Assert.Equal(1, (await engine.PutAsync("2")).Seq);
        Assert.Null(await engine.GetAsync("1"));
        Assert.Equal(2, faulty.Sent.Count);
    }

    [Fact]
    public async Task A_write_whose_deadline_passes_in_the_queue_is_not_applied()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var gate = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        var faulty = new FaultyStore(_store) { BeforeCommit = _ => { sent.TrySetResult(); return gate.Task; } };
        var engine = new EngineHarness(faulty, new EngineOptions(), clock);
        var underWay = engine.PutAsync("1");
        await sent.Task;
        var queued = engine.PutAsync("2");
        await engine.RunAsync(_ => Task.FromResult(true));

        clock.Advance(TimeSpan.FromSeconds(21));

        await Assert.ThrowsAsync<OutcomeUnknownException>(() => underWay);
        await Assert.ThrowsAsync<DeadlinePassedException>(() => queued);
        gate.SetResult();
        Assert.Equal(2, (await engine.PutAsync("3")).Seq);
        Assert.Null(await engine.GetAsync("2"));
    }

    [Fact]
    public async Task An_expired_memory_is_gone_for_every_read_and_its_version_goes_on()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        var engine = new EngineHarness(_store, new EngineOptions(), clock);
        await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf("1", "zebra", expiry: new Expiry { After = TimeSpan.FromSeconds(5) })));
        Assert.Single((await engine.SearchAsync("zebra")).Hits);

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await engine.GetAsync("1"));
        Assert.Empty((await engine.SearchAsync("zebra")).Hits);
        var reply = await engine.WriteAsync(CommandOf(AnswerKind.Store, null, PutOf("1", "again", new Precondition { MustNotExist = true })));
        Assert.Equal(200, reply.Status);
        Assert.Equal(2, (await engine.GetAsync("1"))!.Version);
    }
}
