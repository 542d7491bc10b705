using System.Globalization;
using Soma.Gateway.Answers;
using Soma.Gateway.Bodies;
using Soma.Gateway.Http;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Endpoints;

/// <summary>Reading memories by coordinate or as a listing.</summary>
internal static class MemoryReads
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public static async Task<IResult> GetAsync(HttpContext context, GatewayCore core)
    {
        var query = new QueryText(context.Request.Query);
        query.RefuseUnsupported("as_of");
        var isFlat = query.Boolean("flat") ?? core.Options.FlatMemories;
        NamespaceKey key = default;
        long minimum = 0;
        var problem = GatewayCore.ReadCoordinate(context, out var coordinate)
            ?? query.Errors.ToProblem()
            ?? MinSeq.Read(context, out minimum)
            ?? core.ResolveNamespace(context, null, out key);
        if (problem is not null)
        {
            return problem;
        }

        var request = new GetMemory { Coordinate = coordinate, Patience = core.Options.Patience };
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
        return OneMemory.ToAnswer(memory, isFlat);
    }

    public static async Task<IResult> ListAsync(HttpContext context, GatewayCore core)
    {
        var query = new QueryText(context.Request.Query);
        var request = ReadList(query, core.Options.Patience);
        NamespaceKey key = default;
        long minimum = 0;
        var problem = query.Errors.ToProblem() ?? MinSeq.Read(context, out minimum) ?? core.ResolveNamespace(context, null, out key);
        if (problem is not null)
        {
            return problem;
        }

        var reply = await core.Client.ListAsync(key, request, context.RequestAborted);
        if (reply.CursorInvalid)
        {
            return new Problem(400, "cursor is not one that this service made");
        }

        return MinSeq.Check(context, minimum, reply.HeadSeq) is { } tooOld ? tooOld : MemoryPage.ToAnswer(reply);
    }

    private static ListMemories ReadList(QueryText query, TimeSpan patience)
    {
        query.RefuseUnsupported("as_of");
        return new ListMemories
        {
            Limit = query.Integer("limit", DefaultLimit, 1, MaxLimit),
            Cursor = query.Get("cursor"),
            Type = QueryFields.ParseMemoryType(query.Get("memory_type"), query.Field("memory_type")),
            Filter = FilterFields.Parse(query.Get("filters"), query.Field("filters")),
            Order = QueryFields.ParseOrder(query.Get("order"), query.Field("order")) ?? ListOrder.Seq,
            Descending = query.Boolean("desc") ?? false,
            Patience = patience,
        };
    }
}
