using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Searching;

public sealed class ListingTests
{
    [Fact]
    public Task Pages_put_together_are_the_sorted_list() =>
        Gen.Select(Gen.Select(Gen.Int[0, 60], Gen.Int[0, 4]).Array[0, 120], Gen.Int[1, 9], Gen.Enum<ListOrder>(), Gen.Bool).SampleAsync(
            async (writes, limit, order, descending) =>
            {
                var index = new SearchIndex(IndexFixture.Embedder.Dimension);
                var living = new Dictionary<int, (long Seq, long Created, double Importance)>();
                for (var i = 0; i < writes.Length; i++)
                {
                    var (number, importance) = writes[i];
                    var created = living.TryGetValue(number, out var old) ? old.Created : i + 1;
                    index.Put(IndexFixture.Entry(number, i + 1, "tea", createdSeq: created, importance: importance));
                    living[number] = (i + 1, created, importance);
                }

                index.Publish(writes.Length);
                double Key((long Seq, long Created, double Importance) memory) =>
                    order switch { ListOrder.Seq => memory.Seq, ListOrder.Created => memory.Created, _ => memory.Importance };
                var sorted = descending
                    ? living.OrderByDescending(memory => Key(memory.Value))
                    : living.OrderBy(memory => Key(memory.Value));
                var expected = sorted.ThenBy(memory => IndexFixture.At(memory.Key)).Select(memory => memory.Value.Seq);
                Assert.Equal(expected, await ReadPagesAsync(index.Current, limit, order, descending));
            },
            iter: 300);

    [Fact]
    public async Task A_listing_is_filtered()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.Put(IndexFixture.Entry(1, 1, "tea", """{"k":1}"""));
        index.Put(IndexFixture.Entry(2, 2, "tea", """{"k":2}"""));
        index.Publish(2);
        var request = new ListRequest { Asked = new ListMemories { Limit = 10, Timeout = default }, Now = IndexFixture.Now, Filter = SearcherTests.Filter("""{"k":2}""") };
        var page = await Listing.PageAsync(index.Current, request, IndexFixture.NoRowsAsync, NoPlacesAsync, CancellationToken.None);
        Assert.Equal([2L], page.Memories.Select(memory => memory.Seq));
        Assert.False(page.HasMore);
    }

    private static Task<IReadOnlyList<ListPlace>> NoPlacesAsync(
        IReadOnlyCollection<Coordinate> coordinates, long throughSeq, CancellationToken cancellationToken) => throw new NotSupportedException();

    private static async Task<List<long>> ReadPagesAsync(IndexSnapshot snapshot, int limit, ListOrder order, bool descending)
    {
        var seqs = new List<long>();
        ListKey? after = null;
        do
        {
            var asked = new ListMemories { Limit = limit, Order = order, Descending = descending, Timeout = default };
            var request = new ListRequest { Asked = asked, Now = IndexFixture.Now, After = after };
            var page = await Listing.PageAsync(snapshot, request, IndexFixture.NoRowsAsync, NoPlacesAsync, CancellationToken.None);
            Assert.True(page.Memories.Count <= limit);
            seqs.AddRange(page.Memories.Select(memory => memory.Seq));
            after = page.HasMore ? page.Keys[^1] : null;
        }
        while (after is not null);

        return seqs;
    }
}
