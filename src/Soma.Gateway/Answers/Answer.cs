using System.Text.Json;
using Soma.Gateway.Http;

namespace Soma.Gateway.Answers;

/// <summary>A JSON answer that renders itself from <paramref name="state"/>.</summary>
internal sealed class Answer<TState>(TState state, Action<Utf8JsonWriter, TState> render, int status = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        JsonAnswer.WriteAsync(httpContext, status, JsonAnswer.ContentType, state, render);
}
