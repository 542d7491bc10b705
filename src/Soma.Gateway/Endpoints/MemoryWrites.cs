using Soma.Gateway.Http;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Storing and changing memories.</summary>
internal static class MemoryWrites
{
    public static async Task<IResult> StoreAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, MemoryFields.Store);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        if (WriteTarget.Resolve(context, core, body.Form.Tenant, out var target) is { } problem)
        {
            return problem;
        }

        body.Form.Command.Condition = target.Headers.Condition;
        return await core.WriteAsync(context, target with { Body = body.Bytes }, AnswerKind.Store, Keyed(body.Form, core));
    }

    public static async Task<IResult> StoreBatchAsync(HttpContext context, GatewayCore core)
    {
        var body = await core.ReadBodyAsync(context, MemoryFields.Batch);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        var problem = WriteTarget.ResolveUnconditional(context, core, body.Form.Tenant, out var target)
            ?? CheckTenants(body.Form.Command, target.Namespace.Tenant);
        if (problem is not null)
        {
            return problem;
        }

        WriteOperation[] operations = [.. body.Form.Command.Select(item => Keyed(item, core))];
        return await core.WriteAsync(context, target with { Body = body.Bytes }, AnswerKind.StoreBatch, operations);
    }

    public static async Task<IResult> PatchAsync(HttpContext context, GatewayCore core)
    {
        var problem = GatewayCore.ReadCoordinate(context, out var coordinate);
        if (problem is not null)
        {
            return problem;
        }

        var body = await core.ReadBodyAsync(context, MemoryFields.Patch);
        if (body.IsRefused)
        {
            return body.Problem;
        }

        problem = WriteTarget.Resolve(context, core, body.Form.Tenant, out var target);
        if (problem is not null)
        {
            return problem;
        }

        var patch = body.Form.Command;
        (patch.Coordinate, patch.Condition) = (coordinate, target.Headers.Condition);
        return await core.WriteAsync(context, target with { Body = body.Bytes, Coordinate = coordinate.Text }, AnswerKind.Store, patch);
    }

    /// <summary>The memory under its key, or under one that is made for it.</summary>
    private static PutMemory Keyed(StoreForm form, GatewayCore core)
    {
        if (form.Command.Coordinate == default)
        {
            form.Command.Coordinate = core.Keys.Next();
        }

        return form.Command;
    }

    /// <summary>422 naming every item that belongs to another tenant than the request.</summary>
    private static Problem? CheckTenants(List<StoreForm> items, string tenant)
    {
        var errors = new FieldErrors();
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Tenant is { } own && own != tenant)
            {
                errors.Add(FieldScope.BatchItem(i).PathTo("tenant_id"), "All items belong to the request's tenant", "tenant_mismatch");
            }
        }

        return errors.ToProblem();
    }
}
