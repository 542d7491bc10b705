using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Tests each promise about writes with a log that breaks it.</summary>
public sealed class WriteCheckTests
{
    private readonly HandmadeRun _run = new();

    [Fact]
    public void Writes_of_every_outcome_pass_where_the_log_keeps_what_was_promised()
    {
        _run.Put().Put().Delete().Put().Wrote(1, 1, 2).Sent("w2", Outcome.Unknown, 3, 4).Wrote(3, 5, 6).Wrote(4, 7, 8);
        _run.Sent("never", Outcome.NotApplied, 1, 9).Sent("lost", Outcome.Unknown, 1, 9).Sent("refused", Outcome.Refused, 1, 9);

        Expect.Nothing(_run);
    }

    [Fact]
    public void An_acknowledged_write_that_is_not_in_the_log_is_found()
    {
        _run.Put().Wrote(1, 1, 2);
        _run.Sent("gone", Outcome.Done, 3, 4, write => write with { FirstSeq = 2 });

        Expect.Violation(_run, "lost");
    }

    [Fact]
    public void An_acknowledged_write_that_lies_under_another_seq_is_found()
    {
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 1, 2, write => write with { FirstSeq = 1, Head = 1, Versions = [1] });

        Expect.Violations(_run, "lost", "twice", "nobody's");
    }

    [Fact]
    public void A_write_that_was_applied_twice_is_found()
    {
        _run.Put().Put().Wrote(1, 1, 2);
        _run.Log[1] = _run.Log[1] with { Marker = "w1" };

        Expect.Violations(_run, "twice", "nobody's");
    }

    [Fact]
    public void Two_writes_that_were_given_the_same_delete_are_found()
    {
        _run.Put().Delete().Wrote(1, 1, 2).Wrote(2, 3, 4).Wrote(2, 3, 4);

        Expect.Violation(_run, "twice");
    }

    [Theory]
    [InlineData(Outcome.NotApplied)]
    [InlineData(Outcome.Refused)]
    public void A_write_that_was_applied_though_it_was_answered_otherwise_is_found(object outcome)
    {
        _run.Put().Sent("w1", (Outcome)outcome, 1, 2);

        Expect.Violation(_run, "not applied");
    }

    [Fact]
    public void A_row_that_nobody_sent_is_found()
    {
        _run.Put();

        Expect.Violation(_run, "nobody's");
    }

    [Fact]
    public void A_delete_that_nobody_sent_is_found()
    {
        _run.Put().Delete().Wrote(1, 1, 2);

        Expect.Violation(_run, "nobody's");
    }

    [Fact]
    public void A_delete_of_unknown_outcome_may_lie_in_the_log_once_and_only_after_it_began()
    {
        _run.Put().Delete().Put().Wrote(1, 1, 2).Wrote(3, 5, 6);
        _run.Sent("", Outcome.Unknown, 3, 4, write => write with { Kind = OperationKind.Delete });
        Expect.Nothing(_run);

        _run.Operations.RemoveAt(2);
        _run.Sent("", Outcome.Unknown, 7, 8, write => write with { Kind = OperationKind.Delete });
        Expect.Violation(_run, "nobody's");
    }

    [Theory]
    [InlineData(1, 2, 1, false)]
    [InlineData(2, 1, 1, true)]
    [InlineData(1, 3, 1, true)]
    [InlineData(1, 2, 2, true)]
    [InlineData(1, 0, 1, true)]
    public void A_batch_lies_in_the_log_whole_and_in_a_piece_or_not_at_all(int first, int second, int secondEpoch, bool isTorn)
    {
        _run.Put("1.0").Put("2.0", secondEpoch).Put("3.0", secondEpoch);
        _run.Sent("", Outcome.Unknown, 1, 2, write => write with
        {
            Kind = OperationKind.Batch,
            Rows = [new SentRow("1.0", $"w{first}"), new SentRow("2.0", second == 0 ? "missing" : $"w{second}")],
        });
        foreach (var seq in new[] { 1, 2, 3 }.Except([first, second]))
        {
            _run.Wrote(seq, 1, 9);
        }

        Expect.Violations(_run, isTorn ? ["torn"] : []);
    }

    [Fact]
    public void A_write_whose_condition_did_not_hold_is_found()
    {
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 3, 4, write => write with { Before = new Sighting(HandmadeRun.Spot, SightingKind.Holds, 1) });
        Expect.Nothing(_run);

        _run.Put().Wrote(3, 5, 6, write => write with { Before = new Sighting(HandmadeRun.Spot, SightingKind.Holds, 1) });
        Expect.Violation(_run, "condition");
    }

    [Fact]
    public void A_version_that_was_answered_wrongly_is_found()
    {
        _run.Put().Wrote(1, 1, 2, write => write with { Versions = [2] });

        Expect.Violation(_run, "lost");
    }
}
