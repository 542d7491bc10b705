namespace Soma.Gateway.Endpoints;

/// <summary>Reads memories by key or as a list.</summary>
internal static class MemoryReads
{
    public static async Task<Results<Answer<OneMemory>, Problem>> GetAsync(Call<GetForm> call)
    {
        var query = new GetMemory { Coordinate = call.Coordinate, Timeout = call.Core.Options.RequestTimeout, AsOf = call.Form.AsOf };
        var reply = await call.Core.Client.GetAsync(call.Target.Namespace, query, call.Context.RequestAborted);
        if ((PastEndpoints.Refuse(query.AsOf, reply.PastSeq, reply.Rejection) ?? MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq)) is { } problem)
        {
            return problem;
        }

        if (reply.Memory is not { } memory)
        {
            return new Problem(404, "Memory not found");
        }

        call.Context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{memory.Seq}\"");
        return OneMemory.ToAnswer(memory, call.Form.Flat ?? call.Core.Options.FlatMemories);
    }

    public static async Task<Results<Answer<MemoryPage>, Problem>> ListAsync(Call<ListForm> call)
    {
        var reply = await call.Core.Client.ListAsync(call.Target.Namespace, call.Form.Command, call.Context.RequestAborted);
        if (reply.CursorInvalid)
        {
            return new Problem(400, "cursor is not one that this service made");
        }

        return (PastEndpoints.Refuse(call.Form.Command.AsOf, reply.PastSeq, reply.Rejection) ?? MinSeq.Check(call.Context, call.MinSeq, reply.HeadSeq)) is { } problem
            ? problem
            : MemoryPage.ToAnswer(reply);
    }
}
