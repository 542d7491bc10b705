using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests;

public sealed class KeySourceTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Made_keys_are_uuids_of_version_7_that_tell_the_time()
    {
        var id = new KeySource(_clock, new Random(7)).Next().Id;

        Assert.True(Guid.TryParseExact(id, "D", out var uuid));
        Assert.Equal((7, 8), (uuid.Version, uuid.Variant & 0xC));
        Assert.Equal(_clock.Now.ToUnixTimeMilliseconds(), Convert.ToInt64(id.Replace("-", "", StringComparison.Ordinal)[..12], 16));
    }

    [Fact]
    public void Keys_made_within_one_millisecond_or_while_the_clock_goes_back_stay_in_order()
    {
        var source = new KeySource(_clock, new Random(7));
        var made = new List<Coordinate>();
        for (var i = 0; i < 20_000; i++)
        {
            made.Add(source.Next());
            if (i == 15_000)
            {
                _clock.Now -= TimeSpan.FromHours(1);
            }
        }

        Assert.Equal(made.Order(), made);
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.True(Coordinate.TryParse(made[0].Text, out var read));
        Assert.Equal(made[0], read);
    }

    private sealed class ManualClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
