using System.Globalization;
using Soma.Gateway.Http;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

/// <summary>What a write came to. A success's body is the grain's, byte for byte: a retry gets the very same.</summary>
internal sealed class WriteAnswer(WriteReply reply) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (reply.Rejection is { } rejection)
        {
            return ToProblem(rejection).ExecuteAsync(httpContext);
        }

        var headers = httpContext.Response.Headers;
        headers[MinSeq.SeqHeader] = reply.Seq.ToString(CultureInfo.InvariantCulture);
        if (reply.ETag is { } seq)
        {
            headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{seq}\"");
        }

        return JsonAnswer.SendAsync(httpContext, reply.Status, JsonAnswer.ContentType, reply.Body);
    }

    public static Problem ToProblem(Rejection rejection) => new(rejection.Status, rejection.Detail)
    {
        Errors = [.. rejection.FailedItems.Select(item =>
            new FieldError(FieldScope.BatchItem(item).PathTo(null), rejection.Detail, "rejected"))],
    };
}
