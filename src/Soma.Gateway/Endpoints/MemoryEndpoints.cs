using Soma.Gateway.OpenApi;

namespace Soma.Gateway.Endpoints;

/// <summary>The routes of memories.</summary>
internal static class MemoryEndpoints
{
    private const string Collection = "/memories";
    private const string One = "/memories/{coord}";

    public static void MapMemories(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Collection, MemoryWrites.StoreAsync).Protected(Collection, "/memories.store").WithMetadata(MemoryOperations.Store);
        routes.MapPost("/memories/batch", MemoryWrites.StoreBatchAsync).Protected("/memories/batch", "/memories.batch").WithMetadata(MemoryOperations.StoreBatch);
        routes.MapPost("/memories/delete", MemoryDeletes.DeleteManyAsync).Protected("/memories/delete", "/memories.delete").WithMetadata(MemoryOperations.DeleteMany);
        routes.MapGet(Collection, MemoryReads.ListAsync).Protected(Collection, "/memories.list").WithMetadata(MemoryOperations.List);
        routes.MapGet("/memories/range", MemoryReads.ListRangeAsync).Protected("/memories/range", "/memories.list").WithMetadata(MemoryOperations.ListRange);
        routes.MapGet(One, MemoryReads.GetAsync).Protected(One, "/memories.fetch").WithMetadata(MemoryOperations.Get);
        routes.MapPatch(One, MemoryWrites.PatchAsync).Protected(One, "/memories.patch").WithMetadata(MemoryOperations.Patch);
        routes.MapDelete(One, MemoryDeletes.DeleteAsync).Protected(One, "/memories.delete").WithMetadata(MemoryOperations.Delete);
    }
}
