using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Compacting;
using Soma.Grains.Storage.Forking;
using Soma.Grains.Storage.Past;

namespace Soma.Grains.Tests.Storage.Archives;

public abstract partial class NamespaceArchiveContract
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fork_equals_the_state_of_its_moment_for_random_histories(bool history)
    {
        await using var world = await NewWorldAsync();
        var copies = new List<NamespaceKey>();
        await world.ServeAsync(async (store, _) =>
        {
            for (var seed = 0; seed < 6; seed++)
            {
                var random = new Random(seed);
                var source = new RandomHistory(await TestOwner.TakeNewAsync(store), random);
                for (var round = 0; round < 4; round++)
                {
                    await source.WriteAsync(random.Next(1, 5));
                    await source.LinkAsync(random.Next(1, 4));
                }

                var log = await store.ReadLogAsync(source.Owner.Id, 0, 1_000, default);
                foreach (var seq in Enumerable.Range(1, 5).Select(_ => random.Next(1, log.Count + 1)))
                {
                    copies.Add(await AssertForkAsync(store, source.Owner, log, new Moment { Seq = seq }, history));
                    copies.Add(await AssertForkAsync(store, source.Owner, log, new Moment { At = log[seq - 1].At }, history));
                }

                copies.Add(await AssertForkAsync(store, source.Owner, log, null, history));
            }
        });
        foreach (var copy in copies)
        {
            Assert.Empty(await ExamineAsync(world, copy));
        }
    }

    [Fact]
    public async Task A_fork_without_history_keeps_versions_times_and_the_order_of_first_writes_in_a_log_without_gaps()
    {
        await using var world = await NewWorldAsync();
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            var result = await ForkAsync(store, owner.Key, Copy, asOf: new Moment { Seq = 7 });
            Assert.Equal((ForkStatus.Forked, 6L, 3L, 3L), (result.Status, result.Seq, result.Memories, result.Links));

            var copy = await TestOwner.TakeAsync(store, Copy);
            var log = await store.ReadLogAsync(copy.Id, 0, 10, default);
            Assert.Equal([1L, 2, 3, 4, 5, 6], log.Select(row => row.Seq));
            Assert.Equal(
                ["2.0 v1", "3.0 v1", "1.0 v2"],
                log.Where(row => row.Op == LogOp.Put).Select(row => $"{row.Coordinate} v{row.Version}"));
            Assert.Equal(
                ["1.0", "2.0", "3.0"],
                log.Where(row => row.Op == LogOp.Put).OrderBy(row => row.Memory.CreatedSeq).Select(row => row.Coordinate.Text));
            var originals = (await store.ReadLogAsync(owner.Id, 0, 7, default)).Where(row => row.Op == LogOp.Put).ToLookup(row => (row.Coordinate, row.Version));
            Assert.All(log.Where(row => row.Op == LogOp.Put), row => Assert.Equal(
                originals[(row.Coordinate, row.Version)].Select(row => (row.At, row.Memory.CreatedAt)).Single(), (row.At, row.Memory.CreatedAt)));

            // The copy is written on, and the source is not changed by that.
            await copy.CommitAsync(copy.Puts(5));
            Assert.Equal(9, (await store.ReadLogAsync(owner.Id, 0, 100, default)).Count);
        });
        Assert.Empty(await ExamineAsync(world, Copy));
    }

    [Fact]
    public async Task A_fork_of_the_present_takes_the_models_vectors_along_and_has_nothing_to_refine()
    {
        await using var world = await NewWorldAsync();
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            await ForkAsync(store, owner.Key, Copy);

            var copy = await TestOwner.TakeAsync(store, Copy);
            var seqs = (await store.ReadNewestAsync(copy.Id, long.MaxValue, 10, default)).ToDictionary(row => row.Coordinate, row => row.Seq);
            var vectors = await embeddings.ReadEmbeddingsAsync(copy.Id, "space", [.. seqs.Values], default);
            Assert.Equal([1, 2, 3, 4], vectors.Single(row => row.Seq == seqs[TestOwner.At(1)]).Vector!);
            Assert.Null(vectors.Single(row => row.Seq == seqs[TestOwner.At(2)]).Vector);
            Assert.Equal(copy.Taken.HeadSeq, await embeddings.ReadRefinedSeqAsync(copy.Id, "space", default));
            Assert.Equal(1, copy.Taken.BroughtDimension);
        });
    }

    [Fact]
    public async Task A_fork_with_history_has_the_same_log_and_a_purge_since_holds_in_it()
    {
        await using var world = await NewWorldAsync();
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            await owner.CommitAsync(owner.Deletes(1) with { Purges = [TestOwner.At(1)] });

            var result = await ForkAsync(store, owner.Key, Copy, asOf: new Moment { Seq = 7 }, history: true);

            Assert.Equal((ForkStatus.Forked, 8L, 2L), (result.Status, result.Seq, result.Memories));
            var copy = await TestOwner.TakeAsync(store, Copy);
            var log = await store.ReadLogAsync(copy.Id, 0, 10, default);
            var original = await store.ReadLogAsync(owner.Id, 0, 7, default);
            Assert.Equal(original.Select(Describe), log.Take(7).Select(Describe));
            Assert.Equal((LogOp.Delete, TestOwner.At(1), DeleteReasons.Purged), (log[7].Op, log[7].Coordinate, log[7].Reason));
            Assert.DoesNotContain(await store.ReadNewestAsync(copy.Id, long.MaxValue, 10, default), row => row.Coordinate == TestOwner.At(1));
        });
        Assert.Empty(await ExamineAsync(world, Copy));
    }

    [Fact]
    public async Task A_fork_onto_a_name_in_use_or_of_a_moment_that_is_not_there_changes_nothing()
    {
        await using var world = await NewWorldAsync();
        NamespaceKey taken = default;
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            var other = await TestOwner.TakeNewAsync(store);
            await other.CommitAsync(other.Puts(1));
            taken = other.Key;
            Assert.Equal(ForkStatus.InUse, (await ForkAsync(store, owner.Key, other.Key)).Status);
            Assert.Equal(ForkStatus.InUse, (await ForkAsync(store, owner.Key, owner.Key)).Status);
            Assert.Equal(ForkStatus.NoSource, (await ForkAsync(store, TestOwner.NewKey(), Copy)).Status);
            var ahead = await ForkAsync(store, owner.Key, Copy, asOf: new Moment { Seq = 10 });
            Assert.Equal((ForkStatus.NotYet, 9L), (ahead.Status, ahead.NewestSeq));
            Assert.Equal(ForkStatus.NotYet, (await ForkAsync(store, owner.Key, Copy, asOf: new Moment { At = new Instant(owner.Now.Microseconds + 1) }, now: owner.Now)).Status);

            var compactions = (ICompactionStore)store;
            await compactions.MoveHorizonAsync(new CompactionSet { NamespaceId = owner.Id, Seqs = [], Horizon = new(7, new Instant(1)), Progress = default, IsLast = true }, default);
            var before = await ForkAsync(store, owner.Key, Copy, asOf: new Moment { Seq = 6 });
            Assert.Equal((ForkStatus.BeforeHorizon, 7L, 9L), (before.Status, before.OldestSeq, before.NewestSeq));
            Assert.Equal(ForkStatus.Forked, (await ForkAsync(store, owner.Key, Copy, asOf: new Moment { Seq = 7 })).Status);
            Assert.Equal(1, (await other.CountsAsync()).Total);
        });
        await using var reader = await world.OpenReaderAsync();
        Assert.Equal(3, (await reader.ListAsync(default)).Count);
        Assert.Empty(await ExamineAsync(world, taken));
    }

    [Fact]
    public async Task A_fork_that_is_repeated_under_its_key_gets_the_same_answer_though_the_copy_was_written_to()
    {
        await using var world = await NewWorldAsync();
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            var key = new IdempotencyKey { Value = "c:once", RequestHash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)] };
            var first = await ForkAsync(store, owner.Key, Copy, key: key);
            var copy = await TestOwner.TakeAsync(store, Copy);
            await copy.CommitAsync(copy.Puts(8));
            await owner.CommitAsync(owner.Puts(7));

            var again = await ForkAsync(store, owner.Key, Copy, key: key);
            Assert.Equal((first.Status, first.Seq, first.Memories, first.Links), (again.Status, again.Seq, again.Memories, again.Links));

            var other = key with { RequestHash = new byte[32] };
            Assert.Equal(ForkStatus.KeyInUse, (await ForkAsync(store, owner.Key, TestOwner.NewKey(), key: other)).Status);
            Assert.Equal(ForkStatus.InUse, (await ForkAsync(store, owner.Key, Copy, key: key with { Value = "c:twice" })).Status);
        });
    }

    [Fact]
    public async Task An_owner_of_the_name_that_never_wrote_is_fenced_and_leaves_no_row()
    {
        await using var world = await NewWorldAsync();
        await world.ServeAsync(async (store, embeddings) =>
        {
            var source = await ArchiveSamples.FillAsync(store, embeddings);
            var owner = await TestOwner.TakeNewAsync(store);

            var result = await ForkAsync(store, source.Key, owner.Key);

            Assert.Equal(ForkStatus.Forked, result.Status);
            Assert.Equal(store.IsExclusive ? TimeSpan.Zero : TimeSpan.FromSeconds(1), result.Lease);
            Assert.Equal(CommitStatus.Fenced, (await store.CommitAsync(owner.Puts(1), default)).Status);
            Assert.Empty(await store.ReadEpochsAsync([owner.Id], default));
            var successor = await TestOwner.TakeAsync(store, owner.Key);
            Assert.Equal(result.Seq, successor.Taken.HeadSeq);
            Assert.True(successor.Taken.Epoch > owner.Epoch);
        });
    }

    [Fact]
    public async Task A_compacted_namespace_is_carried_over_as_it_is_and_contradicts_nothing()
    {
        await using var world = await NewWorldAsync();
        NamespaceKey key = default;
        await world.ServeAsync(async (store, embeddings) =>
        {
            var owner = await ArchiveSamples.FillAsync(store, embeddings);
            key = owner.Key;
            var compactions = (ICompactionStore)store;
            var set = await compactions.FindSupersededAsync(owner.Id, owner.Now, 0, 100, default);
            await compactions.MoveHorizonAsync(set, default);
            // The replaced version of 1, the deleted 3 and the expired 4.
            Assert.Equal(3, await compactions.CompactAsync(set, default));
        });

        Assert.Empty(await ExamineAsync(world, key));
        await world.BuildAsync(async builder => Assert.Equal(PublishStatus.Published, (await ArchiveSamples.CopyAsync(world, key, builder, Copy)).Status));
        Assert.Equal(await ArchiveSamples.DescribeAsync(world, key), await ArchiveSamples.DescribeAsync(world, Copy));
        await world.ServeAsync(async (store, _) =>
        {
            var copy = await TestOwner.TakeAsync(store, Copy);
            var log = await store.ReadLogAsync(copy.Id, 0, 100, default);
            Assert.Equal([1L, 3, 9], log.Where(row => row.Content == ContentState.Compacted).Select(row => row.Seq));
            var horizon = await ((IPastStore)store).ReadHorizonAsync(copy.Id, default);
            Assert.Equal(9, horizon.Seq);
            Assert.False(horizon.IsWhole(8, copy.Now));
        });
    }

    private static async Task<NamespaceKey> AssertForkAsync(
        ICanonicalStore store, TestOwner source, IReadOnlyList<LogRow> log, Moment? asOf, bool history)
    {
        var name = TestOwner.NewKey();
        var result = await ForkAsync(store, source.Key, name, asOf, history, now: source.Now);
        Assert.Equal(ForkStatus.Forked, result.Status);
        var seq = asOf?.Seq ?? (asOf?.At is { } time ? log.Last(row => row.At <= time).Seq : log.Count);
        var at = asOf is null ? source.Now : asOf.Value.At ?? log[(int)seq - 1].At;
        // A purge holds for every moment: the copy lacks what has no content any more.
        var expected = RandomHistory.StateAt(log, seq, at).Where(line => !line.EndsWith("  ", StringComparison.Ordinal)).ToList();
        if (result.Seq == 0)
        {
            Assert.Empty(expected);
            return source.Key;
        }

        var copy = await TestOwner.TakeAsync(store, name);
        var rows = await store.ReadNewestAsync(copy.Id, long.MaxValue, 100, default);
        Assert.Equal(
            expected.Select(line => WithoutSeq(line)),
            rows.Where(row => row.IsVisible(at)).Select(row => WithoutSeq($"{row.Coordinate} {row.Seq} {row.Version} {Convert.ToHexString(row.Payload)} {row.Text}")).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Count, result.Memories);
        if (!history || result.Seq == seq)
        {
            var links = await store.ReadLinksFromAsync(copy.Id, [.. Enumerable.Range(1, 9).Select(TestOwner.At)], false, null, 100, default);
            Assert.Equal(RandomHistory.LinksAt(log, seq), links.Select(RandomHistory.Describe).Order(StringComparer.Ordinal));
        }

        var order = log.Where(row => row.Op == LogOp.Put && row.Seq <= seq).GroupBy(row => row.Coordinate)
            .ToDictionary(versions => versions.Key, versions => versions.Last().Memory.CreatedSeq);
        Assert.Equal(
            rows.OrderBy(row => order[row.Coordinate]).Select(row => row.Coordinate), rows.OrderBy(row => row.CreatedSeq).Select(row => row.Coordinate));
        return name;
    }

    protected static Task<ForkResult> ForkAsync(
        ICanonicalStore store, NamespaceKey source, NamespaceKey target, Moment? asOf = null, bool history = false, IdempotencyKey? key = null, Instant? now = null) =>
        ((IForkStore)store).ForkAsync(
            new ForkRequest { Source = source, Target = target, AsOf = asOf, History = history, Key = key, Now = now ?? new Instant(1_700_000_000_000_000), ServiceId = "soma" }, default);

    private static string WithoutSeq(string line) => string.Join(' ', line.Split(' ').Where((_, i) => i != 1));

    private static string Describe(LogRow row) =>
        $"{row.Seq} {row.Op} {row.Coordinate} {row.Version} {row.At} {row.Content} {row.Memory.CreatedSeq} {Convert.ToHexString(row.Payload ?? [])} {row.Link?.Key} {row.Link?.Strength}";
}
