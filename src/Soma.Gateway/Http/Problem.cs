using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Soma.Gateway.Requests;

namespace Soma.Gateway.Http;

/// <summary>An error answer: RFC 9457 <c>application/problem+json</c>, with the request's id.</summary>
internal sealed class Problem(int status, string detail) : IResult
{
    public const string ContentType = "application/problem+json";

    public int Status => status;

    public string Detail => detail;

    /// <summary>Fields at fault, of a 422 or of a batch's 400.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>After how many seconds the same request may succeed.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What is known of a write that met its deadline: <c>applied</c>, <c>not_applied</c>, <c>partly_applied</c> or <c>unknown</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Members of this problem alone.</summary>
    public Action<Utf8JsonWriter>? WriteExtensions { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        var requestId = RequestIds.Of(httpContext);
        return JsonAnswer.WriteAsync(
            httpContext, status, ContentType, (Problem: this, requestId), static (writer, state) => state.Problem.Write(writer, state.requestId));
    }

    private void Write(Utf8JsonWriter writer, string requestId)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "about:blank"u8);
        writer.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } title ? title : "Error");
        writer.WriteNumber("status"u8, status);
        writer.WriteString("detail"u8, detail);
        WriteErrors(writer);
        if (Outcome is not null)
        {
            writer.WriteString("outcome"u8, Outcome);
        }

        WriteExtensions?.Invoke(writer);
        writer.WriteString("request_id"u8, requestId);
        writer.WriteEndObject();
    }

    private void WriteErrors(Utf8JsonWriter writer)
    {
        if (Errors.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("errors"u8);
        foreach (var error in Errors)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("loc"u8);
            foreach (var step in error.Location)
            {
                if (step is int index)
                {
                    writer.WriteNumberValue(index);
                }
                else
                {
                    writer.WriteStringValue((string)step);
                }
            }

            writer.WriteEndArray();
            writer.WriteString("msg"u8, error.Message);
            writer.WriteString("type"u8, error.Type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
