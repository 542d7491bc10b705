namespace Soma.Gateway.Endpoints;

/// <summary>The routes of memories.</summary>
internal static class MemoryEndpoints
{
    private const string All = "/memories";
    private const string One = "/memories/{coord}";

    public static void MapMemories(this IEndpointRouteBuilder routes)
    {
        var memories = routes.MapProtected("Memories");
        memories.MapWrite(HttpMethods.Post, All, Operations.Store, MemoryFields.Store, MemoryWrites.StoreAsync, kind: RequestKind.ConditionalWrite).LimitedAs("/memories.store").Needs(Scopes.Write);
        memories.MapWrite(HttpMethods.Post, "/memories/batch", Operations.StoreBatch, MemoryFields.Batch, MemoryWrites.StoreBatchAsync).LimitedAs("/memories.batch").Needs(Scopes.Write);
        memories.MapWrite(HttpMethods.Post, "/memories/delete", Operations.DeleteMany, MemoryFields.DeleteMany, MemoryWrites.DeleteManyAsync).LimitedAs("/memories.delete").Needs(Scopes.Delete);
        memories.MapRead(All, Operations.List, MemoryFields.List, MemoryReads.ListAsync).LimitedAs("/memories.list").Needs(Scopes.Read);
        memories.MapRead("/memories/range", Operations.ListRange, MemoryFields.Range, MemoryReads.ListAsync).LimitedAs("/memories.list").Needs(Scopes.Read);
        memories.MapRead(One, Operations.Get, MemoryFields.Get, MemoryReads.GetAsync).LimitedAs("/memories.fetch").Needs(Scopes.Read);
        memories.MapWrite(HttpMethods.Patch, One, Operations.Patch, MemoryFields.Patch, MemoryWrites.PatchAsync, kind: RequestKind.ConditionalWrite).LimitedAs("/memories.patch").Needs(Scopes.Write);
        memories.MapWrite(HttpMethods.Delete, One, Operations.Delete, MemoryFields.Delete, MemoryWrites.DeleteAsync, FieldsIn.Query, RequestKind.ConditionalWrite).LimitedAs("/memories.delete").Needs(Scopes.Delete);
    }
}
