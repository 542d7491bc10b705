using System.Text;
using System.Text.Json;
using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>What came back to a client, and when.</summary>
internal sealed record Answer
{
    /// <summary>Stopwatch ticks before it was sent and after all of the answer was there.</summary>
    public required long Invoked { get; init; }

    public required long Returned { get; init; }

    /// <summary>0: no answer came, or half of one.</summary>
    public int Status { get; init; }

    /// <summary>No gateway took the connection: certainly nothing happened.</summary>
    public bool WasRefusedConnection { get; init; }

    public byte[] Body { get; init; } = [];

    /// <summary><c>X-Soma-Seq</c>.</summary>
    public long? Head { get; init; }

    public string? ETag { get; init; }

    /// <summary>Why there is no answer.</summary>
    public string? Failure { get; init; }

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    /// <summary>What the client of a write may believe.</summary>
    public Outcome OutcomeOfWrite => Status switch
    {
        200 => Outcome.Done,
        0 => WasRefusedConnection ? Outcome.NotApplied : Outcome.Unknown,
        503 or 429 => Outcome.NotApplied,
        504 => SaysNotApplied ? Outcome.NotApplied : Outcome.Unknown,
        >= 400 and < 500 => Outcome.Refused,
        _ => Outcome.Unknown,
    };

    /// <summary>What faults do not excuse; null: the answer is one that a client must be ready for.</summary>
    public string? Defect => Status is 0 or 200 or 404 or 412 or 503 or 504 ? null : $"{Status}: {Text}";

    private bool SaysNotApplied => Json.TryGetProperty("outcome", out var outcome) && outcome.GetString() == "not_applied";
}
