using Microsoft.AspNetCore.WebUtilities;

namespace Soma.Gateway.Http;

/// <summary>The answer to a failed request: RFC 9457 <c>application/problem+json</c>, with the request's id.</summary>
internal sealed class Problem(int status, string detail) : IResult
{
    public const string ContentType = "application/problem+json";

    public int Status => status;

    public string Detail => detail;

    /// <summary>The wrong fields, in a 422 or in the 400 of a batch.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>After how many seconds the same request may succeed.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What is known of a write whose deadline passed: <c>applied</c>, <c>not_applied</c>, <c>partly_applied</c> or <c>unknown</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>How many memories were deleted before the deadline passed.</summary>
    public long? Deleted { get; init; }

    /// <summary>The header <c>WWW-Authenticate</c>.</summary>
    public string? Challenge { get; init; } = status == StatusCodes.Status401Unauthorized ? "Bearer" : null;

    /// <summary>The capabilities that work although the service is not ready.</summary>
    public Capabilities? Capabilities { get; init; }

    /// <summary>The refusal of a write or search by the engine.</summary>
    public static Problem Of(Rejection rejection) => new(rejection.Status, rejection.Detail)
    {
        Errors = [.. rejection.FailedItems.Select(item => new FieldError(FieldScope.BatchItem(item).PathTo(null), rejection.Detail, "rejected"))],
    };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (Challenge is not null)
        {
            response.Headers.WWWAuthenticate = Challenge;
        }

        return JsonAnswer.WriteAsync(httpContext, status, ContentType, Describe(RequestIds.Of(httpContext)));
    }

    private ProblemDetails Describe(string requestId) => new()
    {
        Type = "about:blank",
        Title = ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } title ? title : "Error",
        Status = status,
        Detail = detail,
        Errors = Errors.Count == 0
            ? null
            : [.. Errors.Select(error => new FieldFault { Location = [.. error.Location], Message = error.Message, Type = error.Type })],
        Outcome = Outcome,
        Deleted = Deleted,
        KvStore = Capabilities?.Store,
        VectorStore = Capabilities?.Vectors,
        GraphStore = Capabilities?.Store,
        RequestId = requestId,
    };
}
