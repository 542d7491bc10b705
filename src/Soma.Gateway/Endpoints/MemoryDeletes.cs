using System.Globalization;
using Soma.Gateway.Answers;
using Soma.Gateway.Http;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Deleting memories, one or many.</summary>
internal static class MemoryDeletes
{
    public static async Task<IResult> DeleteAsync(HttpContext context, GatewayCore core)
    {
        if (GatewayCore.ReadCoordinate(context, out var coordinate) is { } invalid)
        {
            return invalid;
        }

        var query = core.ReadQuery(context, MemoryFields.Delete);
        if (query.IsRefused)
        {
            return query.Problem;
        }

        if (WriteTarget.Resolve(context, core, query.Form.Tenant, out var target) is { } problem)
        {
            return problem;
        }

        var delete = query.Form.Command;
        (delete.Coordinate, delete.Condition) = (coordinate, target.Headers.Condition);
        return await core.WriteAsync(context, target with { Coordinate = coordinate.Text }, AnswerKind.Delete, delete);
    }

    public static async Task<IResult> DeleteManyAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, MemoryFields.DeleteMany);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        if (WriteTarget.ResolveUnconditional(context, core, body.Form.Tenant, out var target) is { } problem)
        {
            return problem;
        }

        var delete = body.Form.Command;
        (delete.Key, delete.Patience) = ((target with { Body = body.Bytes }).ToKey(context), core.Options.RequestTimeout);
        return ToAnswer(context, await core.Client.DeleteManyAsync(target.Namespace, delete));
    }

    private static IResult ToAnswer(HttpContext context, DeleteManyReply reply)
    {
        if (reply.Rejection is { } rejection)
        {
            return WriteAnswer.ToProblem(rejection);
        }

        context.Response.Headers[MinSeq.SeqHeader] = reply.HeadSeq.ToString(CultureInfo.InvariantCulture);
        if (reply.Complete)
        {
            return new Answer<DeletedCount>(new DeletedCount { Deleted = reply.Deleted });
        }

        return new Problem(504, $"The deadline passed after {reply.Deleted} deletions; the same request with the same Idempotency-Key goes on")
        {
            Outcome = "partly_applied",
            Deleted = reply.Deleted,
        };
    }
}
