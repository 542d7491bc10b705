using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>A write before it is sent.</summary>
internal sealed record WritePlan
{
    public required OperationKind Kind { get; init; }

    public required string Namespace { get; init; }

    public required IReadOnlyList<SentRow> Rows { get; init; }

    public required Func<HttpRequestMessage> Make { get; init; }

    public string? Key { get; init; }

    /// <summary>The state that the write requires: the condition in its headers, or that the memory exists.</summary>
    public Sighting? Before { get; init; }

    /// <summary>Makes the request, with the headers of this plan.</summary>
    public HttpRequestMessage MakeRequest()
    {
        var request = Make();
        request.Headers.Add("X-Soma-Namespace", Namespace);
        if (Key is not null)
        {
            request.Headers.Add("Idempotency-Key", Key);
        }

        switch (Before)
        {
            case { Kind: SightingKind.Holds, Seq: var seq }:
                request.Headers.TryAddWithoutValidation("If-Match", $"\"{seq}\"");
                break;
            case { Kind: SightingKind.Absent }:
                request.Headers.TryAddWithoutValidation("If-None-Match", "*");
                break;
        }

        return request;
    }

    /// <summary>Records what the client saw of this write.</summary>
    public Operation ToOperation(Answer answer, long invoked, Outcome outcome)
    {
        var isDone = outcome == Outcome.Done;
        var json = isDone ? answer.Json : default;
        // Deleting a memory that does not exist takes no seq, so it is recorded as a read.
        var isNothing = isDone && Kind == OperationKind.Delete && !json.GetProperty("deleted").GetBoolean();
        return new Operation
        {
            Kind = Kind,
            Namespace = Namespace,
            Invoked = invoked,
            Returned = answer.Returned,
            Outcome = outcome,
            Status = answer.Status,
            Rows = isNothing ? [] : Rows,
            FirstSeq = !isDone || isNothing ? 0 : json.GetProperty(Kind == OperationKind.Batch ? "seq_first" : "seq").GetInt64(),
            Versions = !isDone ? [] : Kind switch
            {
                OperationKind.Store or OperationKind.Patch => [json.GetProperty("version").GetInt64()],
                OperationKind.Batch => [.. json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("version").GetInt64())],
                _ => [],
            },
            Head = isDone ? answer.Head : null,
            Key = Key,
            Body = Key is null ? null : answer.Text,
            ETag = answer.ETag,
            Before = isNothing ? null : Before,
            Sightings = isNothing ? [new Sighting(Rows[0].Coordinate, SightingKind.Absent)] : outcome == Outcome.Refused ? OfRefusal(answer.Status) : [],
        };
    }

    /// <summary>The state that a refusal reports, in place of the state that the write required.</summary>
    private IReadOnlyList<Sighting> OfRefusal(int status) => (status, Before) switch
    {
        (404, _) => [new Sighting(Rows[0].Coordinate, SightingKind.Absent)],
        (412, { Kind: SightingKind.Holds } held) => [held with { Kind = SightingKind.HoldsOther }],
        (412, { Kind: SightingKind.Absent } absent) => [absent with { Kind = SightingKind.Present }],
        _ => [],
    };
}
