using System.Text;
using Soma.Grains.Engine;
using Soma.Grains.Engine.Committing;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Tests.Engine;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Storage;

// A gateway sends a write again under the same key. Whichever owner gets which attempt, and in whichever order, it is applied once and
// answered alike. No owner here remembers answers, so each has to find them in the store.
public abstract partial class CanonicalStoreContract
{
    private static readonly EngineOptions Forgetful = new() { ReceiptWindow = 0, ReadLease = TimeSpan.FromMilliseconds(50) };
    private static readonly IdempotencyKey First = OperationKey(1);
    private static readonly IdempotencyKey Second = First with { Attempt = 2, Age = TimeSpan.FromSeconds(3) };

    [Fact]
    public async Task Store_that_is_sent_once_leaves_its_operation_in_the_log_and_no_receipt()
    {
        var key = TestOwner.NewKey();
        await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", First));
        var id = (await TestOwner.TakeAsync(Store, key)).Id;
        Assert.Empty((await Store.ReadAsync(id, [], [First.Value], default)).Receipts);
        var row = Assert.Single(await Store.ReadOperationsAsync(id, long.MaxValue, 10, default));
        Assert.Equal(First.Value, StoredOperation.KeyOf(row.Operation));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Retry_after_its_first_attempt_gets_its_answer(bool hasNewOwner)
    {
        var key = TestOwner.NewKey();
        var owner = Owner(key);
        var first = await owner.WriteAsync(EngineHarness.Put("1,2", "a kettle", First));
        await owner.WriteAsync(EngineHarness.Put("1,2", "a pan", OperationKey(2)));
        var second = await (hasNewOwner ? Owner(key) : owner).WriteAsync(EngineHarness.Put("1,2", "a kettle", Second));
        AssertSame(first, second);
        await AssertRowsAsync(key, 2);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task First_attempt_that_arrives_after_its_retry_gets_the_retrys_answer(bool hasNewOwner)
    {
        var key = TestOwner.NewKey();
        var owner = Owner(key);
        var second = await owner.WriteAsync(EngineHarness.Put("1,2", "a kettle", Second));
        var first = await (hasNewOwner ? Owner(key) : owner).WriteAsync(EngineHarness.Put("1,2", "a kettle", First));
        AssertSame(second, first);
        await AssertRowsAsync(key, 1);
    }

    [Fact]
    public async Task First_attempt_under_a_new_key_that_arrives_after_its_retry_writes_no_second_version()
    {
        var key = TestOwner.NewKey();
        var put = EngineHarness.PutOf("@made", "a kettle") with { IsKeyNew = true };
        var second = await Owner(key).WriteAsync(EngineHarness.CommandOf(AnswerKind.Store, Second, put));
        AssertSame(second, await Owner(key).WriteAsync(EngineHarness.CommandOf(AnswerKind.Store, First, put)));
        await AssertRowsAsync(key, 1);
    }

    [Fact]
    public async Task Retry_beside_its_first_attempt_shares_its_answer()
    {
        var key = TestOwner.NewKey();
        var owner = Owner(key);
        var both = await Task.WhenAll(
            owner.WriteAsync(EngineHarness.Put("1,2", "a kettle", First)), owner.WriteAsync(EngineHarness.Put("1,2", "a kettle", Second)));
        AssertSame(both[0], both[1]);
        await AssertRowsAsync(key, 1);
    }

    [Fact]
    public async Task Retry_whose_first_attempt_was_committed_by_an_owner_that_died_before_it_answered_gets_the_answer()
    {
        var key = TestOwner.NewKey();
        var committed = new TaskCompletionSource();
        var dying = new FaultyStore(Store)
        {
            AfterCommit = _ =>
            {
                committed.TrySetResult();
                return Task.Delay(Timeout.Infinite);
            },
        };
        _ = new EngineHarness(dying, Forgetful, key: key).WriteAsync(EngineHarness.Put("1,2", "a kettle", First));
        await committed.Task;
        var reply = await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", Second));
        Assert.Equal((200, 1, 1), (reply.Status, reply.Seq, reply.ETag));
        Assert.Contains("\"seq\":1,\"version\":1", Encoding.UTF8.GetString(reply.Body), StringComparison.Ordinal);
        await AssertRowsAsync(key, 1);
    }

    [Fact]
    public async Task Retry_whose_first_attempt_never_arrived_is_applied_once_however_often_it_is_sent()
    {
        var key = TestOwner.NewKey();
        var second = await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", Second));
        var third = await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", Second with { Attempt = 3, Age = TimeSpan.FromSeconds(6) }));
        AssertSame(second, third);
        await AssertRowsAsync(key, 1);
    }

    [Fact]
    public async Task Retry_of_a_gateway_that_does_not_say_how_old_it_is_finds_its_first_attempt()
    {
        var key = TestOwner.NewKey();
        var first = await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", First));
        AssertSame(first, await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", Second with { Age = null })));
        await AssertRowsAsync(key, 1);
    }

    [Theory, InlineData(-3), InlineData(3)]
    public async Task Retry_finds_its_first_attempt_behind_rows_of_an_owner_whose_clock_is_hours_off(int hours)
    {
        var key = TestOwner.NewKey();
        var first = await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", First));
        var other = new EngineHarness(Store, Forgetful, new WrongClock(TimeSpan.FromHours(hours)), key: key);
        await other.WriteAsync(EngineHarness.Put("3,4", "a pan", OperationKey(2)));
        AssertSame(first, await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", Second)));
        await AssertRowsAsync(key, 2);
    }

    [Fact]
    public async Task Retry_finds_its_first_attempt_many_pages_down_the_log()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1) with { Operation = StoredOperation.TryMake(First, "none") }));
        for (var page = 0; page < 3; page++)
        {
            await owner.CommitAsync(owner.Puts([.. Enumerable.Range(2, OperationLookup.PageSize)]));
        }

        var reply = await Owner(owner.Key).WriteAsync(EngineHarness.Put("1", "a kettle", Second));
        Assert.Equal((200, 1), (reply.Status, reply.Seq));
    }

    [Fact]
    public async Task Same_operation_key_with_another_request_is_a_conflict()
    {
        var key = TestOwner.NewKey();
        await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a kettle", First));
        var reply = await Owner(key).WriteAsync(EngineHarness.Put("1,2", "a pan", Second with { RequestHash = new byte[32] }));
        Assert.Equal(409, reply.Status);
        await AssertRowsAsync(key, 1);
    }

    private static void AssertSame(WriteReply expected, WriteReply actual)
    {
        Assert.Equal(200, expected.Status);
        Assert.Equal((expected.Status, expected.Seq, expected.ETag), (actual.Status, actual.Seq, actual.ETag));
        Assert.Equal(Encoding.UTF8.GetString(expected.Body), Encoding.UTF8.GetString(actual.Body));
    }

    private EngineHarness Owner(NamespaceKey key) => new(Store, Forgetful, key: key);

    private async Task AssertRowsAsync(NamespaceKey key, int count) =>
        Assert.Equal(count, (await Store.ReadLogAsync((await TestOwner.TakeAsync(Store, key)).Id, 0, 100, default)).Count);

    private sealed class WrongClock(TimeSpan error) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + error;
    }
}
