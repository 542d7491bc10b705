namespace Soma.Gateway.OpenApi;

/// <summary>What the OpenAPI document says of a route in words. The rest of it follows from the route's other metadata.</summary>
internal sealed record OperationDoc(string Id, string Summary)
{
    public string? Description { get; init; }

    /// <summary>A request's body, as JSON.</summary>
    public string? BodyExample { get; init; }

    /// <summary>A 200's body, as JSON.</summary>
    public string? AnswerExample { get; init; }

    /// <summary>Statuses of this route beyond those that every route of its kind has.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];

    /// <summary>When the answer is a 202 with the same body; null: never.</summary>
    public string? Accepted { get; init; }

    /// <summary>Whether a 200 carries the memory's <c>ETag</c>.</summary>
    public bool HasETag { get; init; }
}

/// <summary>A route with all that the OpenAPI document shows of it.</summary>
/// <param name="Doc">Its documentation.</param>
/// <param name="Info">Its template, and who may use it.</param>
/// <param name="Request">What it reads of a request; null: it has no fields of its own.</param>
/// <param name="Answer">The type of a 200's body; null: text.</param>
internal sealed record DocumentedRoute(OperationDoc Doc, RouteInfo Info, RequestContract? Request, Type? Answer)
{
    /// <summary>Null for a route that is not part of the document.</summary>
    public static DocumentedRoute? From(IList<object> metadata) =>
        metadata.OfType<OperationDoc>().FirstOrDefault() is { } doc && metadata.OfType<RouteInfo>().FirstOrDefault() is { } info
            ? new(doc, info, metadata.OfType<RequestContract>().FirstOrDefault(), metadata.OfType<AnswerBody>().FirstOrDefault()?.Type)
            : null;

    public bool IsProtected => Info.NeedsCaller;

    public bool IsRead => Request?.Kind == RequestKind.Read;

    public bool IsWrite => Request?.IsWrite == true;

    public bool IsConditional => Request?.Kind == RequestKind.ConditionalWrite;

    /// <summary>The fields of the body; null: it has none.</summary>
    public RequestShape? Body => Request is { Fields: not FieldsIn.Query } request ? request.Shape : null;

    /// <summary>The fields of the query. Every request to a namespace may name the tenant there.</summary>
    public RequestShape Query => Request is { Fields: not FieldsIn.Body } request ? request.Shape : CommonFields.NoFields;
}
