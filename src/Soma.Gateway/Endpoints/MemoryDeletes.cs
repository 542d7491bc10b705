using System.Globalization;
using Soma.Gateway.Answers;
using Soma.Gateway.Bodies;
using Soma.Gateway.Http;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Deleting memories, one or many.</summary>
internal static class MemoryDeletes
{
    public static async Task<IResult> DeleteAsync(HttpContext context, GatewayCore core)
    {
        var query = new QueryText(context.Request.Query);
        var purge = query.Boolean("purge") ?? false;
        WriteTarget target = default;
        var problem = GatewayCore.ReadCoordinate(context, out var coordinate)
            ?? query.Errors.ToProblem()
            ?? WriteTarget.Resolve(context, core, null, out target);
        if (problem is not null)
        {
            return problem;
        }

        return await core.WriteAsync(context, new WriteRequest
        {
            Namespace = target.Namespace,
            Operations = [new DeleteMemory { Coordinate = coordinate, Purge = purge, Condition = target.Headers.Condition }],
            Answer = AnswerKind.Delete,
            Headers = target.Headers,
            Coordinate = coordinate.Text,
        });
    }

    public static async Task<IResult> DeleteManyAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, DeleteManyBody.ReadMembers);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        if (WriteTarget.ResolveUnconditional(context, core, body.Shape.Tenant, out var target) is { } problem)
        {
            return problem;
        }

        var reply = await core.Client.DeleteManyAsync(target.Namespace, new DeleteMany
        {
            Filter = body.Shape.Filter,
            Coordinates = body.Shape.Coordinates?.ToArray(),
            DryRun = body.Shape.DryRun,
            Key = GatewayCore.KeyOf(context, target.Headers, "", body.Bytes),
            Patience = core.Options.Patience,
        });
        return ToAnswer(context, reply);
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
