using System.Text;
using System.Text.Json;
using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>The answer that a client got, and when.</summary>
internal sealed record Answer
{
    /// <summary>The stopwatch's ticks before the request was sent, and after the whole answer was received.</summary>
    public required long Invoked { get; init; }

    public required long Returned { get; init; }

    /// <summary>The HTTP status; 0: there was no answer, or it broke off.</summary>
    public int Status { get; init; }

    /// <summary>Whether no gateway accepted the connection. The request was then certainly not applied.</summary>
    public bool WasRefusedConnection { get; init; }

    public byte[] Body { get; init; } = [];

    /// <summary><c>X-Soma-Seq</c>.</summary>
    public long? Head { get; init; }

    public string? ETag { get; init; }

    /// <summary>Why there was no answer.</summary>
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

    /// <summary>The outcome of a write as far as its client can know it.</summary>
    public Outcome OutcomeOfWrite => Status switch
    {
        200 => Outcome.Done,
        0 => WasRefusedConnection ? Outcome.NotApplied : Outcome.Unknown,
        503 or 429 => Outcome.NotApplied,
        504 => SaysNotApplied ? Outcome.NotApplied : Outcome.Unknown,
        >= 400 and < 500 => Outcome.Refused,
        _ => Outcome.Unknown,
    };

    /// <summary>Describes an answer that no fault excuses; null: a client must be ready for this answer.</summary>
    public string? Defect => Status is 0 or 200 or 404 or 412 or 503 or 504 ? null : $"{Status}: {Text}";

    private bool SaysNotApplied => Json.TryGetProperty("outcome", out var outcome) && outcome.GetString() == "not_applied";
}
