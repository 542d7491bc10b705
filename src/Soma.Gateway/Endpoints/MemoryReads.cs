using System.Globalization;
using Soma.Gateway.Answers;
using Soma.Gateway.Http;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Reading memories by coordinate or as a listing.</summary>
internal static class MemoryReads
{
    public static async Task<IResult> GetAsync(HttpContext context, GatewayCore core)
    {
        if (GatewayCore.ReadCoordinate(context, out var coordinate) is { } invalid)
        {
            return invalid;
        }

        var query = core.ReadQuery(context, MemoryFields.Get);
        if (query.IsRefused)
        {
            return query.Problem;
        }

        if (core.ReadTarget(context, query.Form, out var key, out var minimum) is { } problem)
        {
            return problem;
        }

        var request = new GetMemory { Coordinate = coordinate, Patience = core.Options.RequestTimeout };
        var reply = await core.Client.GetAsync(key, request, context.RequestAborted);
        if (MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld)
        {
            return tooOld;
        }

        if (reply.Memory is not { } memory)
        {
            return new Problem(404, "Memory not found");
        }

        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{memory.Seq}\"");
        return OneMemory.ToAnswer(memory, query.Form.Flat ?? core.Options.FlatMemories);
    }

    public static Task<IResult> ListAsync(HttpContext context, GatewayCore core) => ListAsync(context, core, MemoryFields.List);

    public static Task<IResult> ListRangeAsync(HttpContext context, GatewayCore core) => ListAsync(context, core, MemoryFields.Range);

    private static async Task<IResult> ListAsync(HttpContext context, GatewayCore core, RequestShape<ListForm> shape)
    {
        var query = core.ReadQuery(context, shape);
        if (query.IsRefused)
        {
            return query.Problem;
        }

        if (core.ReadTarget(context, query.Form, out var key, out var minimum) is { } problem)
        {
            return problem;
        }

        var reply = await core.Client.ListAsync(key, query.Form.Command, context.RequestAborted);
        if (reply.CursorInvalid)
        {
            return new Problem(400, "cursor is not one that this service made");
        }

        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld ? tooOld : MemoryPage.ToAnswer(reply);
    }
}
