namespace Soma.Gateway.Endpoints;

/// <summary>Stores, changes and deletes memories.</summary>
internal static class MemoryWrites
{
    public static async Task<Results<WriteAnswer<Stored>, Problem>> StoreAsync(Call<StoreForm> call)
    {
        call.Form.Command.Condition = call.Target.Headers.Condition;
        return await call.Core.WriteAsync<Stored>(call.Context, call.Target, AnswerKind.Store, Keyed(call.Form, call.Core));
    }

    public static async Task<Results<WriteAnswer<StoredBatch>, Problem>> StoreBatchAsync(Call<Form<List<StoreForm>>> call)
    {
        var items = call.Form.Command;
        if (CheckTenants(items, call.Target.Namespace.Tenant) is { } problem)
        {
            return problem;
        }

        WriteOperation[] operations = [.. items.Select(item => Keyed(item, call.Core))];
        return await call.Core.WriteAsync<StoredBatch>(call.Context, call.Target, AnswerKind.StoreBatch, operations);
    }

    public static async Task<Results<WriteAnswer<Stored>, Problem>> PatchAsync(Call<Form<PatchMemory>> call)
    {
        var patch = call.Form.Command;
        (patch.Coordinate, patch.Condition) = (call.Coordinate, call.Target.Headers.Condition);
        return await call.Core.WriteAsync<Stored>(call.Context, call.Target, AnswerKind.Store, patch);
    }

    public static async Task<Results<WriteAnswer<DeletedMemory>, Problem>> DeleteAsync(Call<Form<DeleteMemory>> call)
    {
        var delete = call.Form.Command;
        (delete.Coordinate, delete.Condition) = (call.Coordinate, call.Target.Headers.Condition);
        return await call.Core.WriteAsync<DeletedMemory>(call.Context, call.Target, AnswerKind.Delete, delete);
    }

    public static async Task<Results<Answer<DeletedCount>, Problem>> DeleteManyAsync(Call<Form<DeleteMany>> call)
    {
        var delete = call.Form.Command;
        (delete.Key, delete.Timeout, delete.By) = (call.Target.ToKey(call.Context), call.Core.Options.RequestTimeout, Writer.Of(call.Context));
        var reply = await call.Core.Client.DeleteManyAsync(call.Target.Namespace, delete);
        if (reply.Rejection is { } rejection)
        {
            return Problem.Of(rejection);
        }

        call.Context.Response.Headers[MinSeq.SeqHeader] = reply.HeadSeq.ToString(CultureInfo.InvariantCulture);
        return reply.Complete
            ? Answer<DeletedCount>.Of(new DeletedCount(reply.Deleted))
            : new Problem(504, $"The deadline passed after {reply.Deleted} deletions; the same request with the same Idempotency-Key goes on")
            {
                Outcome = "partly_applied",
                Deleted = reply.Deleted,
            };
    }

    /// <summary>The memory to store, under the key that the body gives, or else under a new id.</summary>
    public static PutMemory Keyed(StoreForm form, GatewayCore core)
    {
        if (form.Command.Coordinate == default)
        {
            (form.Command.Coordinate, form.Command.IsKeyNew) = (core.Keys.Next(), true);
        }

        return form.Command;
    }

    /// <summary>422 that names every item that belongs to another tenant than the request.</summary>
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
