using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Compacting;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    private ICompactionStore Compactions => (ICompactionStore)Store;

    [Fact]
    public async Task Content_of_a_replaced_version_goes_once_it_was_superseded_long_enough_however_long_ago_it_was_written()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        owner.Now = new Instant(owner.Now.Microseconds + 1_000);
        var beforeReplacing = owner.Now.Before(TimeSpan.FromMicroseconds(1));
        await owner.CommitAsync(owner.Puts(1));

        Assert.Equal(0, await CompactAsync(owner, beforeReplacing, keepVersions: 0));
        Assert.Equal(1, await CompactAsync(owner, owner.Now, keepVersions: 0));

        var log = await LogAsync(owner);
        Assert.Equal([ContentState.Compacted, ContentState.Kept, ContentState.Kept], log.Select(row => row.Content));
        Assert.Equal((1L, 1L, TestOwner.At(1), LogOp.Put), (log[0].Seq, log[0].Version, log[0].Coordinate, log[0].Op));
        Assert.Null(log[0].Payload);
        Assert.Equal([2L, 3L], (await Store.ReadVersionsAsync(owner.Id, [1, 2, 3], default)).Select(row => row.Seq));
        Assert.Equal(3, (await Past.ReadHorizonAsync(owner.Id, default)).Seq);
    }

    [Fact]
    public async Task Newest_versions_of_a_memory_that_exists_stay_and_go_with_the_memory()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        for (var i = 0; i < 5; i++)
        {
            await owner.CommitAsync(owner.Puts(1));
        }

        Assert.Equal(3, await CompactAsync(owner, owner.Now, keepVersions: 2));
        Assert.Equal([4L, 5L], (await LogAsync(owner)).Where(row => row.Content == ContentState.Kept).Select(row => row.Seq));

        await owner.CommitAsync(owner.Deletes(1));
        Assert.Equal(2, await CompactAsync(owner, owner.Now, keepVersions: 2));
        Assert.Equal(6, (await Past.ReadHorizonAsync(owner.Id, default)).Seq);
    }

    [Fact]
    public async Task Versions_before_a_delete_are_none_of_the_memory_that_was_stored_there_later()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1));
        await owner.CommitAsync(owner.Puts(1));

        Assert.Equal(1, await CompactAsync(owner, owner.Now, keepVersions: 10));
        Assert.Equal(ContentState.Kept, (await LogAsync(owner))[2].Content);
    }

    [Fact]
    public async Task Content_of_an_expired_memory_goes_though_nothing_was_committed_since()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var end = new Instant(owner.Now.Microseconds + 50);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { ExpiresAt = end }), owner.PutRow(2, 2)));
        // The row is looked at while the memory lives.
        Assert.Equal(0, await CompactAsync(owner, owner.Now, keepVersions: 10));
        Assert.Equal(0, await CompactAsync(owner, end.Before(TimeSpan.FromMicroseconds(1)), keepVersions: 10));

        Assert.Equal(1, await CompactAsync(owner, end, keepVersions: 10));

        var horizon = await Past.ReadHorizonAsync(owner.Id, default);
        Assert.Equal(new Horizon(3, end), horizon);
        Assert.False(horizon.IsWhole(2));
        Assert.True(horizon.IsWhole(2, end));
        Assert.False(horizon.IsWhole(2, end.Before(TimeSpan.FromMicroseconds(1))));
        Assert.Equal([2L], (await Store.ReadNewestAsync(owner.Id, long.MaxValue, 10, default)).Select(row => row.Seq));
    }

    [Fact]
    public async Task Purged_versions_are_told_from_compacted_ones_whichever_came_first()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 2));
        await owner.CommitAsync(owner.Deletes(1) with { Purges = [TestOwner.At(1)] });
        await owner.CommitAsync(owner.Puts(2));
        Assert.Equal(1, await CompactAsync(owner, owner.Now, keepVersions: 0));
        Assert.Equal([ContentState.Purged, ContentState.Compacted], (await LogAsync(owner)).Take(2).Select(row => row.Content));

        await owner.CommitAsync(owner.Deletes(2) with { Purges = [TestOwner.At(2)] });
        Assert.Equal(ContentState.Purged, (await LogAsync(owner))[1].Content);
    }

    [Fact]
    public async Task Nothing_goes_before_the_horizon_was_moved_and_a_set_that_was_found_before_may_be_sent_again()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Puts(1));
        var set = await Compactions.FindSupersededAsync(owner.Id, owner.Now, 0, 10, default);

        Assert.Null(await Compactions.CompactAsync(set, default));
        Assert.Equal(ContentState.Kept, (await LogAsync(owner))[0].Content);

        // A silo that dies here has moved the horizon. The past is not said to be whole any more, and the next silo drops the same set.
        await Compactions.MoveHorizonAsync(set, default);
        Assert.Equal(2, (await Past.ReadHorizonAsync(owner.Id, default)).Seq);
        var again = await Compactions.FindSupersededAsync(owner.Id, owner.Now, 0, 10, default);
        Assert.Equal(set.Seqs, again.Seqs);
        Assert.Equal(1, await Compactions.CompactAsync(again, default));
        Assert.Equal(0, await Compactions.CompactAsync(set, default));
    }

    [Fact]
    public async Task Owner_that_is_awake_commits_on_after_a_compaction()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Puts(1));
        await CompactAsync(owner, owner.Now, keepVersions: 0);

        Assert.Equal(new NamespaceEpoch(owner.Epoch, owner.CommitNo, 1), (await Store.ReadEpochsAsync([owner.Id], default))[owner.Id]);
        await owner.CommitAsync(owner.Puts(1));
    }

    [Fact]
    public async Task Namespaces_with_something_to_look_at_are_found_and_only_those()
    {
        var (busy, resting) = (await TestOwner.TakeNewAsync(Store), await TestOwner.TakeNewAsync(Store));
        var first = busy.Now;
        await busy.CommitAsync(busy.Puts(1));
        await resting.CommitAsync(resting.Puts(1));
        await CompactAsync(resting, resting.Now, keepVersions: 0);

        var found = await FindCompactableAsync(first);
        Assert.Equal(first, found[busy.Id].Since);
        Assert.DoesNotContain(resting.Id, found.Keys);
        Assert.DoesNotContain(busy.Id, (await FindCompactableAsync(first.Before(TimeSpan.FromMicroseconds(1)))).Keys);

        await Compactions.RestartCompactionAsync(resting.Key, default);
        Assert.Contains(resting.Id, (await FindCompactableAsync(first)).Keys);
    }

    [Fact]
    public async Task Every_state_from_the_horizon_on_equals_the_replay_before_compaction_for_random_histories()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var history = new RandomHistory(await TestOwner.TakeNewAsync(Store), random);
            var keepVersions = random.Next(0, 4);
            var whole = new List<LogRow>();
            for (var round = 0; round < 4; round++)
            {
                await history.WriteAsync(random.Next(1, 12));
                var before = await LogAsync(history.Owner);
                // What a purge erased is gone from every state, before compaction as after it.
                whole = [.. before.Select((row, i) => i < whole.Count && row.Content != ContentState.Purged ? whole[i] : row)];
                var cutoff = history.Owner.Now.Before(TimeSpan.FromMicroseconds(random.Next(0, 80)));
                var (seqs, expected) = CompactionRule.Apply(before, cutoff, keepVersions);
                var known = await Past.ReadHorizonAsync(history.Owner.Id, default);

                Assert.Equal(seqs.Count, await CompactAsync(history.Owner, cutoff, keepVersions));

                var after = await LogAsync(history.Owner);
                Assert.Equal(seqs, after.Where((row, i) => row.IsEmptied && !before[i].IsEmptied).Select(row => row.Seq));
                var horizon = await Past.ReadHorizonAsync(history.Owner.Id, default);
                Assert.Equal(new Horizon(Math.Max(known.Seq, expected.Seq), known.At > expected.At ? known.At : expected.At), horizon);
                AssertWhole(whole, after, horizon, history.Owner.Now);
            }
        }
    }

    private static void AssertWhole(List<LogRow> whole, List<LogRow> after, Horizon horizon, Instant now)
    {
        for (var seq = 0; seq <= whole.Count; seq++)
        {
            var at = seq == 0 ? default : whole[seq - 1].At;
            if (horizon.IsWhole(seq))
            {
                Assert.Equal(RandomHistory.StateAt(whole, seq, at), RandomHistory.StateAt(after, seq, at));
            }
        }

        for (var time = whole[0].At; time <= now; time = new Instant(time.Microseconds + 1))
        {
            var seq = whole.FindLastIndex(row => row.At <= time) + 1;
            if (horizon.IsWhole(seq, time))
            {
                Assert.Equal(RandomHistory.StateAt(whole, seq, time), RandomHistory.StateAt(after, seq, time));
            }
        }
    }

    /// <summary>Drops all that the cutoff lets go, in sets of two rows; the horizon first.</summary>
    private async Task<int> CompactAsync(TestOwner owner, Instant cutoff, int keepVersions)
    {
        var versions = 0;
        CompactionSet set;
        do
        {
            set = await Compactions.FindSupersededAsync(owner.Id, cutoff, keepVersions, 2, default);
            await Compactions.MoveHorizonAsync(set, default);
            versions += await Compactions.CompactAsync(set, default) ?? throw new InvalidOperationException("Another compaction is at it.");
        }
        while (!set.IsLast);
        return versions;
    }

    private async Task<Dictionary<long, CompactableNamespace>> FindCompactableAsync(Instant before)
    {
        var found = new Dictionary<long, CompactableNamespace>();
        var next = 0L;
        do
        {
            (var page, next) = await Compactions.FindCompactableAsync(before, "soma", next, 2, default);
            foreach (var one in page)
            {
                found.Add(one.Id, one);
            }
        }
        while (next != 0);
        return found;
    }

    private async Task<List<LogRow>> LogAsync(TestOwner owner) => [.. await Store.ReadLogAsync(owner.Id, 0, 10_000, default)];
}
