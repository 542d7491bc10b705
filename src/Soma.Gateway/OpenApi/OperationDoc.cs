using Soma.Gateway.Requests;

namespace Soma.Gateway.OpenApi;

/// <summary>
/// What the OpenAPI document says of a route whose handler reads raw bytes: metadata beside the route, so that both are
/// written, and changed, in one place.
/// </summary>
internal sealed record OperationDoc(string Id, string Tag, string Summary)
{
    public string? Description { get; init; }

    /// <summary>The schema of the request's body; null: it has none.</summary>
    public RequestShape? Body { get; init; }

    public bool IsBodyRequired { get; init; } = true;

    /// <summary>A body, as JSON.</summary>
    public string? BodyExample { get; init; }

    /// <summary>The fields of the query.</summary>
    public RequestShape Query { get; init; } = Values.NoFields;

    /// <summary>The schema of a 200's body; null: text.</summary>
    public Type? Answer { get; init; }

    /// <summary>A 200's body, as JSON.</summary>
    public string? AnswerExample { get; init; }

    /// <summary>Statuses beyond those that every route of its kind has.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];

    /// <summary>Whether it takes <c>Idempotency-Key</c>.</summary>
    public bool IsWrite { get; init; }

    /// <summary>Whether it takes <c>If-Match</c> and <c>If-None-Match</c>.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Whether it takes <c>X-Soma-Min-Seq</c>.</summary>
    public bool IsRead { get; init; }

    /// <summary>Whether a 200 carries the memory's <c>ETag</c>.</summary>
    public bool HasETag { get; init; }
}
