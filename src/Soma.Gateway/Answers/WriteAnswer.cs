using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Soma.Gateway.Answers;

/// <summary>
/// The outcome of a write. The body of a success is the one that the engine wrote, byte for byte, so that a retry gets the same
/// bytes; the OpenAPI document shows it as <typeparamref name="T"/>.
/// </summary>
internal sealed class WriteAnswer<T>(WriteReply reply) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AnswerBody(typeof(T)));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (reply.Rejection is { } rejection)
        {
            return Problem.Of(rejection).ExecuteAsync(httpContext);
        }

        var headers = httpContext.Response.Headers;
        headers[MinSeq.SeqHeader] = reply.Seq.ToString(CultureInfo.InvariantCulture);
        if (reply.ETag is { } seq)
        {
            headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{seq}\"");
        }

        return JsonAnswer.SendAsync(httpContext, reply.Status, JsonAnswer.ContentType, reply.Body);
    }
}
