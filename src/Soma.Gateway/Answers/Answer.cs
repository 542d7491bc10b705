using Soma.Gateway.Http;

namespace Soma.Gateway.Answers;

/// <summary>A JSON answer with this body.</summary>
/// <param name="body">One of the records that the OpenAPI document shows.</param>
/// <param name="bytes">About how long the answer is. A large one is counted against the answer budget, and sent in pieces.</param>
internal sealed class Answer<T>(T body, long bytes = 0) : IResult
    where T : class
{
    public Task ExecuteAsync(HttpContext httpContext) => bytes <= JsonAnswer.LargestBuffered
        ? JsonAnswer.WriteAsync(httpContext, StatusCodes.Status200OK, JsonAnswer.ContentType, body)
        : JsonAnswer.StreamAsync(httpContext, body, bytes);
}
