using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Following;

public sealed class ChangeFeedTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly FaultyStore _store = new(new InMemoryStore());
    private readonly EngineHarness _engine;

    public ChangeFeedTests() => _engine = new(_store);

    [Fact]
    public async Task Changes_come_in_order_with_all_that_a_consumer_needs()
    {
        await _engine.PutAsync("1", "the kettle is blue");
        await _engine.WriteAsync(CommandOf(AnswerKind.Link, null, new PutLink { From = At("1"), To = At("2"), LinkType = "related", Strength = 0.5 }));
        await _engine.WriteAsync(Delete("1"));

        var reply = await ReadAsync(0);

        Assert.Equal([(1, ChangeOps.Put), (2, ChangeOps.Link), (3, ChangeOps.Delete)], reply.Changes.Select(change => ((int)change.Seq, change.Op)));
        var (put, link) = (reply.Changes[0], reply.Changes[1]);
        Assert.Equal((1, ContentState.Kept, "{\"text\":\"the kettle is blue\"}"), (put.Version, put.Content, System.Text.Encoding.UTF8.GetString(put.Payload!)));
        Assert.Equal((At("1"), (Coordinate?)At("2"), "related", 0.5), (link.Coordinate, link.LinkTo, link.LinkType, link.Strength));
        Assert.Equal((3, 3), (reply.NextAfter, reply.HeadSeq));
        Assert.NotEqual(0, reply.LogId);
    }

    [Fact]
    public async Task A_filtered_page_advances_over_what_it_leaves_out()
    {
        for (var i = 1; i <= 5; i++)
        {
            await _engine.PutAsync($"{i}");
        }

        var none = await ReadAsync(0, query => query.Ops = ChangeOps.Unlink);
        var some = await ReadAsync(0, query => (query.Coordinate, query.Limit) = (At("2"), 1));

        Assert.Empty(none.Changes);
        Assert.Equal(5, none.NextAfter);
        Assert.Equal([2], some.Changes.Select(change => change.Seq));
        Assert.Equal(2, some.NextAfter);
    }

    [Fact]
    public async Task A_place_beyond_the_head_or_of_another_log_is_gone()
    {
        await _engine.PutAsync("1");
        var log = (await ReadAsync(0)).LogId;

        Assert.False((await ReadAsync(1, query => query.LogId = log)).IsPlaceGone);
        Assert.True((await ReadAsync(2)).IsPlaceGone);
        Assert.True((await ReadAsync(0, query => query.LogId = log + 1)).IsPlaceGone);
    }

    [Fact]
    public async Task A_namespace_that_was_never_written_has_an_empty_feed_and_no_log()
    {
        var reply = await ReadAsync(0);

        Assert.Empty(reply.Changes);
        Assert.Equal((0, 0, false), (reply.NextAfter, reply.LogId, reply.IsPlaceGone));
        Assert.True((await ReadAsync(1)).IsPlaceGone);
    }

    [Fact]
    public async Task Nobody_sees_a_change_before_it_is_committed()
    {
        await _engine.PutAsync("1");
        var isCommitting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.AfterCommit = _ =>
        {
            isCommitting.TrySetResult();
            return mayAnswer.Task;
        };
        var writing = _engine.PutAsync("2");
        await isCommitting.Task;

        // The row is in the store, and the owner does not know yet that it is.
        var before = await ReadAsync(0);
        mayAnswer.SetResult();
        await writing;
        var after = await ReadAsync(0);

        Assert.Equal([1], before.Changes.Select(change => change.Seq));
        Assert.Equal([1, 2], after.Changes.Select(change => change.Seq));
    }

    [Fact]
    public async Task The_purge_of_a_memory_that_was_deleted_before_is_a_change_once()
    {
        await _engine.PutAsync("1");
        await _engine.WriteAsync(Delete("1"));
        var purge = CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At("1"), Purge = true });

        var first = await _engine.WriteAsync(purge);
        var second = await _engine.WriteAsync(purge);

        Assert.Equal((3, 3), (first.Seq, second.Seq));
        Assert.Contains("\"deleted\":false", System.Text.Encoding.UTF8.GetString(first.Body), StringComparison.Ordinal);
        var reply = await ReadAsync(0);
        Assert.Equal([ChangeOps.Put, ChangeOps.Delete, ChangeOps.Delete], reply.Changes.Select(change => change.Op));
        Assert.Equal((ContentState.Purged, (byte[]?)null), (reply.Changes[0].Content, reply.Changes[0].Payload));
    }

    [Fact]
    public async Task A_purge_that_meets_a_store_in_its_own_batch_is_a_change()
    {
        await _engine.PutAsync("1");
        await _engine.WriteAsync(CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At("1"), Purge = true }));

        // While another commit is under way, the three commands wait for the same batch.
        var mayCommit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.BeforeCommit = _ => mayCommit.Task;
        var writes = new List<Task<WriteReply>>
        {
            _engine.PutAsync("9"),
            _engine.PutAsync("1", "again"),
            _engine.WriteAsync(Delete("1")),
            _engine.WriteAsync(CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At("1"), Purge = true })),
        };
        mayCommit.SetResult();
        await Task.WhenAll(writes);

        var reply = await ReadAsync(2);
        Assert.Equal([ChangeOps.Put, ChangeOps.Put, ChangeOps.Delete, ChangeOps.Delete], reply.Changes.Select(change => change.Op));
        Assert.Equal([ContentState.Kept, ContentState.Purged], reply.Changes[..2].Select(change => change.Content));
    }

    [Fact]
    public async Task A_page_holds_about_as_many_bytes_as_were_asked_for()
    {
        for (var i = 1; i <= 10; i++)
        {
            await _engine.PutAsync($"{i}", new string('x', 1_000));
        }

        var page = await ReadAsync(0, query => query.MaxBytes = 3_000);
        var large = await ReadAsync(page.NextAfter, query => query.MaxBytes = 1);

        Assert.Equal([1, 2, 3], page.Changes.Select(change => change.Seq));
        Assert.Equal([4], large.Changes.Select(change => change.Seq));
    }

    [Fact]
    public async Task Who_waits_is_woken_by_the_next_commit_and_the_store_is_not_read_meanwhile()
    {
        await _engine.PutAsync("1");
        var log = (await ReadAsync(0)).LogId;
        var reads = _store.FeedReads;
        var waits = Enumerable.Range(0, 100).Select(_ => WaitAsync(1, log)).ToArray();
        Assert.DoesNotContain(waits, wait => wait.IsCompleted);

        await _engine.PutAsync("2");

        Assert.All(await Task.WhenAll(waits), mark => Assert.Equal((log, 2), (mark.LogId, mark.HeadSeq)));
        Assert.Equal(reads, _store.FeedReads);
    }

    [Fact]
    public async Task Who_is_behind_or_waits_at_another_log_is_answered_at_once()
    {
        await _engine.PutAsync("1");
        var log = (await ReadAsync(0)).LogId;

        Assert.Equal(1, (await WaitAsync(0, log)).HeadSeq);
        Assert.Equal(log, (await WaitAsync(7, log + 1)).LogId);
    }

    [Fact]
    public async Task Who_waits_for_a_namespace_without_memories_is_woken_by_its_first()
    {
        var wait = WaitAsync(0, 0);

        await _engine.PutAsync("1");

        Assert.Equal(1, (await wait).HeadSeq);
    }

    [Fact]
    public async Task A_wait_ends_when_its_activation_is_replaced_or_stops()
    {
        await _engine.PutAsync("1");
        var log = (await ReadAsync(0)).LogId;
        var replaced = WaitAsync(1, log);
        _store.NextCommit = StoreFault.Fenced;
        await Assert.ThrowsAnyAsync<SomaException>(() => _engine.PutAsync("2"));
        await Assert.ThrowsAsync<ReplacedException>(() => replaced);

        var other = new EngineHarness(new InMemoryStore());
        await other.PutAsync("1");
        var stopped = WaitAsync(other, 1, 0);
        await other.CloseAsync();
        await Assert.ThrowsAsync<ReplacedException>(() => stopped);
    }

    private Task<ChangesReply> ReadAsync(long after, Action<ReadChanges>? ask = null)
    {
        var query = new ReadChanges { After = after, Limit = 100, Timeout = TimeSpan.FromSeconds(20) };
        ask?.Invoke(query);
        return _engine.RunAsync(engine => engine.ReadChangesAsync(query, CancellationToken.None));
    }

    private Task<ChangeMark> WaitAsync(long after, long log) => WaitAsync(_engine, after, log);

    private static Task<ChangeMark> WaitAsync(EngineHarness engine, long after, long log) => engine.RunAsync(
        one => one.WaitForChangeAsync(new WaitForChange { After = after, LogId = log, Timeout = Long }, CancellationToken.None));
}
