using Microsoft.Extensions.Time.Testing;

namespace Soma.System.Tests;

/// <summary>The line that says how far a command is.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void On_a_terminal_one_line_is_written_anew_after_a_second_and_taken_away_at_the_end()
    {
        var clock = new FakeTimeProvider();
        using var errors = new StringWriter();
        using (var progress = new Progress(errors, isTerminal: true, clock, "backup", "writes", 4_800))
        {
            progress.Add(1_200);
            clock.Advance(TimeSpan.FromMilliseconds(900));
            Assert.Empty(errors.ToString());
            clock.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal("\rbackup: 1,200 of 4,800 writes, 1,200/s, 3 s left\x1b[K", errors.ToString());
        }

        Assert.EndsWith("\r\x1b[K", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_it_is_a_plain_line_every_ten_seconds()
    {
        var clock = new FakeTimeProvider();
        using var errors = new StringWriter();
        using (var progress = new Progress(errors, isTerminal: false, clock, "verify", "writes", 0))
        {
            progress.Add(50);
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal("soma: verify: 50 writes, 5/s\n", errors.ToString());
    }
}
