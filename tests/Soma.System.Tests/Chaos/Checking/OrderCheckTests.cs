using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Tests sequences of events that one log can or cannot explain.</summary>
public sealed class OrderCheckTests
{
    private readonly HandmadeRun _run = new();

    [Fact]
    public void Concurrent_operations_may_have_happened_in_any_order()
    {
        // All operations overlap. The second write is answered before the first, and readers see old and new states.
        _run.Put().Put().Wrote(2, 1, 4).Wrote(1, 1, 9).Read(0, 1, 9).Read(1, 1, 9).Read(2, 1, 9);

        Expect.Nothing(_run);
    }

    [Fact]
    public void A_write_may_show_before_its_answer_is_there()
    {
        _run.Put().Wrote(1, 1, 9).Read(1, 2, 3).Read(1, 4, 5);

        Expect.Nothing(_run);
    }

    [Fact]
    public void A_write_that_is_ordered_before_one_that_had_ended_is_found()
    {
        _run.Put().Put().Wrote(2, 1, 2).Wrote(1, 3, 4);

        Expect.Violations(_run, "order", "head");
    }

    [Fact]
    public void A_write_of_unknown_outcome_that_is_ordered_before_one_that_had_ended_is_found()
    {
        _run.Put().Put().Wrote(2, 1, 2).Sent("w1", Outcome.Unknown, 3, 4);

        Expect.Violation(_run, "order");
    }

    [Fact]
    public void A_write_of_unknown_outcome_may_be_applied_long_after_its_client_gave_up()
    {
        _run.Put().Put().Wrote(1, 4, 5).Sent("w2", Outcome.Unknown, 1, 2).Read(1, 6, 7).Read(2, 8, 9);

        Expect.Nothing(_run);
    }

    [Fact]
    public void A_read_of_an_overwritten_version_is_found()
    {
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 3, 4).Read(1, 5, 6);

        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_read_that_misses_an_earlier_write_is_found()
    {
        _run.Put().Wrote(1, 1, 2).Read(0, 3, 4);

        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_read_of_a_deleted_memory_is_found()
    {
        _run.Put().Delete().Wrote(1, 1, 2).Wrote(2, 3, 4).Read(1, 5, 6);

        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_read_that_goes_back_behind_another_read_is_found()
    {
        // The write is still in flight. Only the first read tells that the write was applied.
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 3, 20).Read(2, 4, 5).Read(1, 6, 7);

        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_read_of_a_write_that_had_not_begun_is_found()
    {
        _run.Put().Read(1, 1, 2).Wrote(1, 3, 4);

        Expect.Violation(_run, "order");
    }

    [Fact]
    public void Two_memories_in_one_answer_must_have_been_there_at_once()
    {
        // The first version of 1.0 is overwritten before 2.0 is first written, so the two never existed at the same
        // time.
        _run.Put("1.0").Put("1.0").Put("2.0").Wrote(1, 1, 20).Wrote(2, 1, 20).Wrote(3, 1, 20);
        _run.Saw([new("1.0", SightingKind.Holds, 2), new("2.0", SightingKind.Holds, 3)], 1, 20);
        Expect.Nothing(_run);

        _run.Saw([new("1.0", SightingKind.Holds, 1), new("2.0", SightingKind.Holds, 3)], 1, 20);
        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_search_that_misses_an_unchanged_memory_is_found()
    {
        _run.Put().Wrote(1, 1, 2).Saw([new(HandmadeRun.Spot, SightingKind.HoldsOther, 1)], 3, 4);

        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_search_may_miss_a_memory_that_was_overwritten_meanwhile()
    {
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 3, 9).Saw([new(HandmadeRun.Spot, SightingKind.HoldsOther, 1)], 3, 4);

        Expect.Nothing(_run);
    }

    [Fact]
    public void A_refusal_that_the_state_did_not_justify_is_found()
    {
        // The answer says that the memory does not exist, although it does.
        _run.Put().Wrote(1, 1, 2).Sent("patch", Outcome.Refused, 3, 4, write => write with
        {
            Sightings = [new Sighting(HandmadeRun.Spot, SightingKind.Absent)],
        });

        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_head_below_an_acknowledged_seq_is_found()
    {
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 3, 4).Saw([], 5, 6, read => read with { Head = 1 });

        Expect.Violation(_run, "head");
    }

    [Fact]
    public void A_head_that_was_shown_binds_what_follows()
    {
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 3, 20).Saw([], 4, 5, read => read with { Head = 2 }).Read(1, 6, 7);

        Expect.Violation(_run, "stale");
    }

    [Fact]
    public void A_head_beyond_the_shown_memories_is_found()
    {
        // A client that follows the changes after seq 2 would never learn that the memory was overwritten.
        _run.Put().Put().Wrote(1, 1, 2).Wrote(2, 3, 9).Read(1, 4, 5, read => read with { Head = 2 });

        Expect.Violation(_run, "snapshot");
    }

    [Fact]
    public void Content_that_was_never_written_under_its_seq_is_found()
    {
        _run.Put().Wrote(1, 1, 2).Saw([new(HandmadeRun.Spot, SightingKind.Holds, 1, "w7", 1)], 3, 4);

        Expect.Violation(_run, "content");
    }
}
