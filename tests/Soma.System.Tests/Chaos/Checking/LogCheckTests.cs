namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Tests logs that are wrong regardless of what clients saw.</summary>
public sealed class LogCheckTests
{
    private readonly HandmadeRun _run = new();

    [Fact]
    public void A_gap_is_found()
    {
        _run.Put().Put().Wrote(1, 1, 2);
        _run.Log[1] = _run.Log[1] with { Seq = 3 };

        Expect.Violation(_run, "gap");
    }

    [Fact]
    public void An_epoch_that_goes_back_is_found()
    {
        _run.Put(epoch: 1).Put(epoch: 2).Put(epoch: 1).Wrote(1, 1, 9).Wrote(2, 1, 9).Wrote(3, 1, 9);

        Expect.Violation(_run, "epoch");
    }

    [Fact]
    public void A_version_that_skips_is_found()
    {
        _run.Put().Put().Wrote(1, 1, 2);
        _run.Log[1] = _run.Log[1] with { Version = 3 };
        _run.Wrote(2, 3, 4);

        Expect.Violation(_run, "version");
    }

    [Fact]
    public void A_delete_of_a_missing_memory_is_found()
    {
        _run.Put().Delete().Delete().Wrote(1, 1, 9).Wrote(2, 1, 9).Wrote(3, 1, 9);

        Expect.Violation(_run, "version");
    }

    [Fact]
    public void A_current_state_that_the_log_does_not_make_is_found()
    {
        _run.Put().Wrote(1, 1, 2);
        _run.Memories = [new StoredMemory(HandmadeRun.Spot, 1, 1, IsAlive: false)];

        Expect.Violation(_run, "current");
    }
}
