using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage;

public abstract partial class CanonicalStoreContract
{
    public static TheoryData<string> OddPayloads =>
    [
        "{}", "{ \"a\" : 1 ,\n\t\"a\":2 }", "{\"e\":1.50e+3,\"z\":-0.0}", "{\"u\":\"\\u0000\\ud83d\\ude00é😀\"}", "", "{\"x\":\"" + "y" + "\"}  \r\n",
    ];

    [Theory, MemberData(nameof(OddPayloads))]
    public async Task Payload_comes_back_byte_for_byte(string payload)
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var row = owner.PutRow(1, 1).With(memory => memory with { Payload = TestOwner.Bytes(payload) });
        await owner.CommitAsync(owner.Batch(row));
        Assert.Equal(row.Payload, (await owner.ReadAsync(1))!.Payload);
        Assert.Equal(row.Payload, Assert.Single(await Store.ReadVersionsAsync(owner.Id, [1], default)).Payload);
    }

    [Fact]
    public async Task Every_byte_a_payload_or_vector_can_have_comes_back()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var all = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { Payload = all, BroughtVector = all, Text = "nul \0 inside, ünï 😀" })));
        var read = await owner.ReadAsync(1);
        Assert.Equal((all, all, "nul \0 inside, ünï 😀"), (read!.Payload, read.BroughtVector, read.Text), new TupleOfBytes());
    }

    [Fact]
    public async Task Memory_comes_back_as_it_was_put()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var row = owner.PutRow(1, 1, MemoryType.Semantic).With(memory => memory with
        {
            Importance = -0.1,
            ExpiresAt = new Instant(owner.Now.Microseconds + 5),
            CreatedAt = new Instant(-7),
            BroughtVector = [1, 2, 3, 4],
        });
        await owner.CommitAsync(owner.Batch(row));
        var expected = TestOwner.ToMemory(row);
        AssertSame(expected, await owner.ReadAsync(1));
        AssertSame(expected, Assert.Single(await Store.ReadVersionsAsync(owner.Id, [1], default)));
        AssertSame(expected, Assert.Single(await Store.ReadNewestAsync(owner.Id, long.MaxValue, 10, default)));
    }

    [Fact]
    public async Task Memory_without_text_or_vector_has_none()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { Text = null, HasText = false, BroughtVector = null })));
        var read = await owner.ReadAsync(1);
        Assert.Equal((null, false, null, null), (read!.Text, read.HasText, read.BroughtVector, read.ExpiresAt));
    }

    [Fact]
    public async Task Version_goes_on_over_a_delete_and_the_tombstone_holds_nothing_else()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1));
        AssertSame(new MemoryRow { Coordinate = TestOwner.At(1), Seq = 2, Version = 2, Alive = false }, await owner.ReadAsync(1));
        Assert.Empty(await Store.ReadNewestAsync(owner.Id, long.MaxValue, 10, default));
        await owner.CommitAsync(owner.Puts(1));
        var again = await owner.ReadAsync(1);
        Assert.Equal((3, 3, 3), (again!.Seq, again.Version, again.CreatedSeq));
    }

    [Fact]
    public async Task Coordinates_that_never_held_anything_are_missing()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1, 3));
        var read = await Store.ReadAsync(owner.Id, [TestOwner.At(1), TestOwner.At(2), TestOwner.At(3), TestOwner.At(1)], [], default);
        Assert.Equal([TestOwner.At(1), TestOwner.At(3)], read.Rows.Keys.Order());
    }

    [Fact]
    public async Task Namespaces_do_not_see_each_other()
    {
        var one = await TestOwner.TakeNewAsync(Store);
        var other = await TestOwner.TakeNewAsync(Store);
        await one.CommitAsync(one.Puts(1) with { Receipts = [one.Receipt("c:k")] });
        await AssertNothingHappenedAsync(other);
    }

    [Fact]
    public async Task Newest_are_paged_by_seq_and_every_living_memory_comes_once()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts([.. Enumerable.Range(1, 20)]));
        await owner.CommitAsync(owner.Deletes(5, 10));
        await owner.CommitAsync(owner.Puts(3));
        var seen = new List<MemoryRow>();
        var before = long.MaxValue;
        for (var page = await Store.ReadNewestAsync(owner.Id, before, 4, default); page.Count > 0;
            page = await Store.ReadNewestAsync(owner.Id, before, 4, default))
        {
            Assert.True(page.Count <= 4);
            seen.AddRange(page);
            before = page[^1].Seq;
        }

        Assert.Equal(seen.Select(row => row.Seq).OrderDescending(), seen.Select(row => row.Seq));
        Assert.Equal(Enumerable.Range(1, 20).Except([5, 10]).Select(TestOwner.At).Order(), seen.Select(row => row.Coordinate).Order());
        Assert.Equal((TestOwner.At(3), 23), (seen[0].Coordinate, seen[0].Seq));
    }

    [Fact]
    public async Task Overwritten_and_deleted_versions_are_read_as_they_were()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var first = owner.PutRow(1, 1);
        await owner.CommitAsync(owner.Batch(first));
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Deletes(1));
        var versions = await Store.ReadVersionsAsync(owner.Id, [3, 2, 1, 99, 1], default);
        Assert.Equal([1, 2], versions.Select(version => version.Seq).Order());
        AssertSame(TestOwner.ToMemory(first), versions.Single(version => version.Seq == 1));
    }

    [Fact]
    public async Task Where_a_memory_stood_at_a_moment_is_read_from_its_newest_version_up_to_then()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 1).With(memory => memory with { Importance = 5 })));
        await owner.CommitAsync(owner.Puts(2));
        await owner.CommitAsync(owner.Batch(owner.PutRow(1, 3).With(memory => memory with { Importance = 7 })));
        await owner.CommitAsync(owner.Puts(3));
        async Task<IEnumerable<ListPlace>> ReadAsync(long through) => (await Store.ReadPlacesAsync(
            owner.Id, [TestOwner.At(1), TestOwner.At(3), TestOwner.At(9), TestOwner.At(1)], through, default)).OrderBy(place => place.Seq);
        Assert.Empty(await ReadAsync(0));
        Assert.Equal([new ListPlace(TestOwner.At(1), 1, 5)], await ReadAsync(1));
        Assert.Equal([new ListPlace(TestOwner.At(1), 1, 5)], await ReadAsync(2));
        Assert.Equal([(TestOwner.At(1), 3L), (TestOwner.At(3), 4L)], (await ReadAsync(99)).Select(place => (place.Coordinate, place.Seq)));
        await owner.CommitAsync(owner.Deletes(1));
        Assert.Equal([new ListPlace(TestOwner.At(1), 1, 5)], await ReadAsync(2));
    }

    [Fact]
    public async Task Versions_carry_the_accesses_that_the_coordinate_has_now()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        await owner.CommitAsync(owner.Puts(1));
        await owner.CommitAsync(owner.Puts(1) with { AccessCounts = [(TestOwner.At(1), 3)] });
        Assert.Equal(3, Assert.Single(await Store.ReadVersionsAsync(owner.Id, [1], default)).AccessCount);
        await owner.CommitAsync(owner.Deletes(1));
        Assert.Equal(0, Assert.Single(await Store.ReadVersionsAsync(owner.Id, [1], default)).AccessCount);
    }

    [Fact]
    public async Task Log_comes_back_as_it_was_sent_page_by_page()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var link = new LinkKey(TestOwner.At(1), TestOwner.At(2), "knows \0 ü");
        LogRow[] rows =
        [
            owner.PutRow(1, 1, MemoryType.Belief).With(memory => memory with { BroughtVector = [9], ExpiresAt = new Instant(5) }),
            owner.DeleteRow(1, 2),
            LogRow.OfLink(LogOp.Link, 1, new LinkRow(link, 0.25, [0], 3), owner.Now),
            LogRow.OfLink(LogOp.Unlink, 1, new LinkRow(link, 0, null, 4), owner.Now),
            owner.PutRow(1, 5),
            owner.DeleteRow(1, 6) with { Reason = DeleteReasons.Evicted },
        ];
        await owner.CommitAsync(owner.Batch(rows));
        var read = new List<LogRow>();
        foreach (var after in (long[])[0, 2, 4, 6])
        {
            read.AddRange(await Store.ReadLogAsync(owner.Id, after, 2, default));
        }

        Assert.Equal(rows.Length, read.Count);
        Assert.All(rows.Zip(read), pair => Assert.Equivalent(pair.First, pair.Second, strict: true));
    }

    [Fact]
    public async Task Log_says_the_batchs_epoch_and_time_whatever_its_rows_say()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var row = owner.PutRow(1, 1).With(memory => memory with { UpdatedAt = new Instant(1) }) with { Epoch = 77 };
        await owner.CommitAsync(owner.Batch(row) with { At = new Instant(500) });
        var kept = Assert.Single(await Store.ReadLogAsync(owner.Id, 0, 1, default));
        Assert.Equal((owner.Epoch, new Instant(500)), (kept.Epoch, kept.At));
    }

    [Fact]
    public async Task Text_without_bytes_is_rejected_and_nothing_is_applied()
    {
        var text = $"half {(char)0xd800} pair";
        var owner = await TestOwner.TakeNewAsync(Store);
        var batch = owner.Batch(owner.PutRow(1, 1).With(memory => memory with { Text = text }));
        await Assert.ThrowsAsync<RowRejectedException>(() => Store.CommitAsync(batch, default));
        await AssertNothingHappenedAsync(owner);
        Assert.Empty(await Store.ReadLinksFromAsync(owner.Id, [TestOwner.At(1)], false, text, 10, default));
    }

    [Fact]
    public async Task Importance_that_is_no_number_is_rejected()
    {
        var owner = await TestOwner.TakeNewAsync(Store);
        var batch = owner.Batch(owner.PutRow(1, 1).With(memory => memory with { Importance = double.NaN }));
        await Assert.ThrowsAsync<RowRejectedException>(() => Store.CommitAsync(batch, default));
        await AssertNothingHappenedAsync(owner);
    }

    [Fact]
    public async Task Store_takes_writes() => await Store.CheckWritableAsync(default);

    private static void AssertSame(MemoryRow expected, MemoryRow? actual) => Assert.Equivalent(expected, actual, strict: true);

    private sealed class TupleOfBytes : IEqualityComparer<(byte[], byte[]?, string?)>
    {
        public bool Equals((byte[], byte[]?, string?) x, (byte[], byte[]?, string?) y) =>
            x.Item1.SequenceEqual(y.Item1) && x.Item2!.SequenceEqual(y.Item2!) && x.Item3 == y.Item3;

        public int GetHashCode((byte[], byte[]?, string?) obj) => obj.Item1.Length;
    }
}
