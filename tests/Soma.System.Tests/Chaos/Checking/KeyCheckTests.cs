using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Tests writes with idempotency keys, their repetitions and their receipts.</summary>
public sealed class KeyCheckTests
{
    private const string Body = """{"seq":1}""";

    private readonly HandmadeRun _run = new();

    public KeyCheckTests()
    {
        _run.Put().Wrote(1, 1, 2, write => write with { Key = "k", Body = Body, ETag = "\"1\"" });
        _run.Receipts.Add(new StoredReceipt("k", 200, Body, 1));
    }

    [Fact]
    public void A_repetition_that_is_answered_the_same_passes_however_late()
    {
        _run.Put().Wrote(2, 3, 4);
        Replay(Body, 1, "\"1\"");

        Expect.Nothing(_run);
    }

    [Theory]
    [InlineData("""{"seq":2}""", 1, "\"1\"")]
    [InlineData(Body, 2, "\"1\"")]
    [InlineData(Body, 1, "\"2\"")]
    public void A_repetition_that_is_answered_differently_is_found(string body, int head, string tag)
    {
        Replay(body, head, tag);

        Expect.Violation(_run, "replay");
    }

    [Fact]
    public void A_missing_receipt_is_found()
    {
        _run.Receipts.Clear();

        Expect.Violation(_run, "receipt");
    }

    [Fact]
    public void A_receipt_of_a_write_that_was_not_applied_is_found()
    {
        _run.Sent("x", Outcome.NotApplied, 1, 2, write => write with { Key = "other" });
        _run.Receipts.Add(new StoredReceipt("other", 200, Body, 1));

        Expect.Violation(_run, "receipt");
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void A_write_of_unknown_outcome_has_a_receipt_exactly_if_it_was_applied(bool isInLog, bool hasReceipt, bool isRight)
    {
        _run.Put();
        _run.Sent(isInLog ? "w2" : "absent", Outcome.Unknown, 3, 4, write => write with { Key = "other" });
        if (!isInLog)
        {
            _run.Wrote(2, 3, 4);
        }

        if (hasReceipt)
        {
            _run.Receipts.Add(new StoredReceipt("other", 200, """{"seq":2}""", 2));
        }

        Expect.Violations(_run, isRight ? [] : ["receipt"]);
    }

    private void Replay(string body, long head, string tag) => _run.Sent("w1", Outcome.Done, 5, 6, write => write with
    {
        Kind = OperationKind.Replay,
        Key = "k",
        Status = 200,
        Body = body,
        Head = head,
        ETag = tag,
    });
}
