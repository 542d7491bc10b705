namespace Soma.Gateway.Mem0;

/// <summary>Why a request of mem0's protocol is refused. It ends the handler, and becomes the answer.</summary>
internal sealed class Mem0Refusal(int status, string message, Problem? problem = null) : Exception(message)
{
    public Mem0Refusal(Problem problem)
        : this(problem.Status, problem.Detail, problem)
    {
    }

    public static Mem0Refusal NotFound => new(404, "Memory not found!");

    /// <summary>The answer. mem0's platform says <c>error</c>, its clients look for <c>message</c>, and its server says <c>detail</c>.</summary>
    public IResult ToResult()
    {
        var body = new JsonObject { ["error"] = Message, ["detail"] = Message, ["message"] = Message };
        if (problem?.Outcome is { } outcome)
        {
            body["outcome"] = outcome;
        }

        return new Mem0Answer(body, status) { RetryAfterSeconds = problem?.RetryAfterSeconds };
    }
}

/// <summary>An answer in JSON. There is always a body, because mem0's clients read every answer as JSON.</summary>
internal sealed class Mem0Answer(JsonNode? body, int status = StatusCodes.Status200OK) : IResult
{
    private static readonly JsonSerializerOptions _options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int? RetryAfterSeconds { get; init; }

    public static Mem0Answer Message(string message) => new(new JsonObject { ["message"] = message });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (RetryAfterSeconds is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return JsonAnswer.SendAsync(httpContext, status, JsonAnswer.ContentType, Encoding.UTF8.GetBytes(body?.ToJsonString(_options) ?? "null"));
    }
}
