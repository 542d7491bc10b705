using CsCheck;
using Soma.Grains.Engine.Caching;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Engine.Caching;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void Caches_that_share_a_budget_never_hold_more_than_it_and_agree_with_a_model() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[0, 4_000], Gen.Bool).Array[1, 200].Sample(steps =>
        {
            const long Limit = 20_000;
            var budget = new MemoryBudget(Limit);
            var holders = Enumerable.Range(0, 4).Select(_ => new Holder(budget)).ToArray();
            var model = new Dictionary<(int, int), int>();
            foreach (var (holder, coordinate, size, isRead) in steps)
            {
                if (isRead)
                {
                    if (holders[holder].Cache.TryGet(At(coordinate), out var row))
                    {
                        Assert.Equal(model[(holder, coordinate)], row!.Payload.Length);
                    }
                }
                else
                {
                    model[(holder, coordinate)] = size;
                    holders[holder].Put(At(coordinate), size);
                }

                Assert.True(budget.TotalBytes <= Limit, $"{budget.TotalBytes} bytes held");
                Assert.Equal(holders.Sum(each => each.Cache.Bytes), budget.TotalBytes);
            }
        });

    [Fact]
    public void The_namespace_used_longest_ago_gives_way_first()
    {
        var budget = new MemoryBudget(10_000);
        var (cold, warm) = (new Holder(budget), new Holder(budget));
        cold.Put(At(1), 3_000);
        warm.Put(At(1), 3_000);

        warm.Put(At(2), 3_500);

        Assert.False(cold.Cache.TryGet(At(1), out _));
        Assert.True(warm.Cache.TryGet(At(1), out _));
    }

    [Fact]
    public void Pinned_rows_stay()
    {
        var cache = new RowCache(new DirectReads(TimeProvider.System));
        cache.Pin(At(1));
        cache.Put(At(1), Row(At(1), 1_000));
        cache.Put(At(2), Row(At(2), 1_000));

        cache.Trim(0);

        Assert.True(cache.TryGet(At(1), out _));
        Assert.False(cache.TryGet(At(2), out _));
    }

    private static Coordinate At(int number) => Coordinate.FromCanonical($"{number}.0");

    private static MemoryRow Row(Coordinate coordinate, int size) =>
        new() { Coordinate = coordinate, Seq = 1, Version = 1, Alive = true, Payload = new byte[size] };

    private sealed class Holder
    {
        private readonly BudgetShare _share;

        public Holder(MemoryBudget budget)
        {
            _share = budget.Register(bytes =>
            {
                Cache.Trim(Math.Max(0, Cache.Bytes - bytes));
                _share!.ReportShed(Cache.Bytes);
            });
        }

        public RowCache Cache { get; } = new(new DirectReads(TimeProvider.System));

        public void Put(Coordinate coordinate, int size)
        {
            _share.Touch();
            Cache.Put(coordinate, Row(coordinate, size));
            _share.Report(Cache.Bytes);
        }
    }
}
