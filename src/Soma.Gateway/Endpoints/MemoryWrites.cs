using Soma.Gateway.Bodies;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Storing and changing memories.</summary>
internal static class MemoryWrites
{
    public static async Task<IResult> StoreAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, MemoryBody.ReadMembers);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        if (WriteTarget.Resolve(context, core, body.Shape.Tenant, out var target) is { } problem)
        {
            return problem;
        }

        return await core.WriteAsync(context, new WriteRequest
        {
            Namespace = target.Namespace,
            Operations = [body.Shape.ToOperation(core.Keys, target.Headers.Condition)],
            Answer = AnswerKind.Store,
            Headers = target.Headers,
            Body = body.Bytes,
        });
    }

    public static async Task<IResult> StoreBatchAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, BatchBody.ReadMembers);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        var problem = WriteTarget.ResolveUnconditional(context, core, body.Shape.Tenant, out var target)
            ?? body.Shape.CheckTenants(target.Namespace.Tenant);
        if (problem is not null)
        {
            return problem;
        }

        return await core.WriteAsync(context, new WriteRequest
        {
            Namespace = target.Namespace,
            Operations = [.. body.Shape.Items.Select(item => item.ToOperation(core.Keys, default))],
            Answer = AnswerKind.StoreBatch,
            Headers = target.Headers,
            Body = body.Bytes,
        });
    }

    public static async Task<IResult> PatchAsync(HttpContext context, GatewayCore core)
    {
        var problem = GatewayCore.ReadCoordinate(context, out var coordinate);
        if (problem is not null)
        {
            return problem;
        }

        var body = await core.ReadBodyAsync(context, PatchBody.ReadMembers);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        problem = WriteTarget.Resolve(context, core, body.Shape.Tenant, out var target);
        if (problem is not null)
        {
            return problem;
        }

        return await core.WriteAsync(context, new WriteRequest
        {
            Namespace = target.Namespace,
            Operations = [body.Shape.ToOperation(coordinate, target.Headers.Condition)],
            Answer = AnswerKind.Store,
            Headers = target.Headers,
            Coordinate = coordinate.Text,
            Body = body.Bytes,
        });
    }
}
