namespace Soma.Gateway.Mcp;

internal sealed record Entity(string Name, string EntityType, IReadOnlyList<string> Observations);

internal sealed record Relation(string From, string To, string RelationType);

internal sealed record Graph(IReadOnlyList<Entity> Entities, IReadOnlyList<Relation> Relations);

/// <summary>
/// A knowledge graph over a namespace: an entity is the memory whose id is its name, and a relation is a link between two of them.
/// Other memories of the namespace are no entities, and are left alone.
/// </summary>
internal sealed class KnowledgeGraph(ToolCall call)
{
    private const int PageSize = 1000;

    // How often a change is tried again because another writer changed the entity in between.
    private const int MostTries = 20;
    private static readonly byte[] _isEntity = """{"$and":[{"entityType":{"$exists":true}},{"observations":{"$exists":true}}]}"""u8.ToArray();

    /// <summary>Stores an entity; false: a memory of that name is there.</summary>
    public async Task<bool> TryCreateAsync(Entity entity, int item)
    {
        var put = new ToolFields()
            .With("id", entity.Name).With("memory_type", "semantic")
            .With("payload", new Dictionary<string, object> { ["name"] = entity.Name, ["entityType"] = entity.EntityType, ["observations"] = entity.Observations })
            .Read(MemoryFields.Store).Command;
        put.Condition = new Precondition { MustNotExist = true };
        var reply = await call.TryWriteAsync(AnswerKind.Store, put, item);
        return reply.Rejection switch
        {
            null => true,
            { Status: StatusCodes.Status412PreconditionFailed } => false,
            var rejection => throw new ToolRefusal(rejection.Detail),
        };
    }

    /// <summary>Changes the observations of an entity. Nothing that another writer adds meanwhile is lost.</summary>
    /// <param name="name">The entity's name.</param>
    /// <param name="item">Which item of the call it is for.</param>
    /// <param name="change">Makes the new list; null: nothing changes.</param>
    /// <returns>False: there is no such entity.</returns>
    public async Task<bool> TryChangeAsync(string name, int item, Func<IReadOnlyList<string>, IReadOnlyList<string>?> change)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (entity, seq) = await ReadAsync(name);
            if (entity is null)
            {
                return false;
            }

            if (change(entity.Observations) is not { } observations)
            {
                return true;
            }

            var patch = new ToolFields().With("payload", new Dictionary<string, object> { ["observations"] = observations }).Read(MemoryFields.Patch).Command;
            (patch.Coordinate, patch.Condition) = (KeyOf(name), new Precondition { Seq = seq });
            var reply = await call.TryWriteAsync(AnswerKind.Store, patch, item);
            if (reply.Rejection is null)
            {
                return true;
            }

            if (reply.Rejection.Status is not (StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound))
            {
                throw new ToolRefusal(reply.Rejection.Detail);
            }
        }

        throw new ToolRefusal($"Entity with name {name} is being changed by others all the time; try again");
    }

    public Task DeleteAsync(string name, int item) => call.WriteAsync(AnswerKind.Delete, new DeleteMemory { Coordinate = KeyOf(name) }, item);

    /// <returns>False: the relation is there already.</returns>
    public async Task<bool> TryRelateAsync(Relation relation, int item)
    {
        var link = ReadLink(relation);
        if ((await RelationsOfAsync(relation.From, LinkDirection.Out)).Contains(relation))
        {
            return false;
        }

        await call.WriteAsync(AnswerKind.Link, link, item);
        return true;
    }

    public Task UnrelateAsync(Relation relation, int item)
    {
        var link = ReadLink(relation);
        return call.WriteAsync(AnswerKind.Unlink, new DeleteLink { From = link.From, To = link.To, LinkType = link.LinkType }, item);
    }

    public async Task<Entity?> FindAsync(string name) => (await ReadAsync(name)).Entity;

    /// <summary>The entities that are wanted, in the order of their making, and every relation that begins or ends at one of them.</summary>
    public async Task<Graph> ReadAsync(Func<Entity, bool> isWanted)
    {
        var entities = new List<Entity>();
        string? cursor = null;
        do
        {
            var page = await call.Core.Client.ListAsync(call.Namespace, new ListMemories
            {
                Limit = PageSize,
                Cursor = cursor,
                Order = ListOrder.Created,
                Filter = _isEntity,
                Timeout = call.Core.Options.RequestTimeout,
            }, call.Aborted);
            entities.AddRange(page.Memories.Select(Parse).OfType<Entity>().Where(isWanted));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return await WithRelationsAsync(entities);
    }

    public async Task<Graph> WithRelationsAsync(IReadOnlyList<Entity> entities)
    {
        var relations = new HashSet<Relation>();
        foreach (var entity in entities)
        {
            relations.UnionWith(await RelationsOfAsync(entity.Name, LinkDirection.Both));
        }

        return new Graph(entities, [.. relations]);
    }

    private async Task<(Entity? Entity, long Seq)> ReadAsync(string name)
    {
        var reply = await call.Core.Client.GetAsync(call.Namespace, new GetMemory { Coordinate = KeyOf(name), Timeout = call.Core.Options.RequestTimeout }, call.Aborted);
        return reply.Memory is { } memory ? (Parse(memory), memory.Seq) : (null, 0);
    }

    private async Task<List<Relation>> RelationsOfAsync(string name, LinkDirection direction)
    {
        var relations = new List<Relation>();
        for (var offset = 0; ; offset += PageSize)
        {
            var reply = await call.Core.Client.GetNeighborsAsync(call.Namespace, new GetNeighbors
            {
                Coordinate = KeyOf(name),
                Limit = PageSize,
                Offset = offset,
                Direction = direction,
                Timeout = call.Core.Options.RequestTimeout,
            }, call.Aborted);
            foreach (var neighbor in reply.Neighbors)
            {
                var other = neighbor.Coordinate.Id ?? neighbor.Coordinate.Text;
                relations.Add(neighbor.Direction == LinkDirection.In ? new Relation(other, name, neighbor.LinkType) : new Relation(name, other, neighbor.LinkType));
            }

            if (reply.Neighbors.Length < PageSize)
            {
                return relations;
            }
        }
    }

    private static PutLink ReadLink(Relation relation) => new ToolFields()
        .With("from_coord", Coordinate.IdMark + relation.From).With("to_coord", Coordinate.IdMark + relation.To).With("link_type", relation.RelationType)
        .Read(LinkEndpoints.Link).Command;

    private static Coordinate KeyOf(string name) => ToolCall.KeyOf(Coordinate.IdMark + name);

    /// <summary>Null: the memory is no entity.</summary>
    private static Entity? Parse(MemoryRecord memory)
    {
        using var document = JsonDocument.Parse(memory.Payload);
        var payload = document.RootElement;
        return memory.Coordinate.Id is { } name
            && payload.TryGetProperty("entityType", out var type) && type.ValueKind == JsonValueKind.String
            && payload.TryGetProperty("observations", out var list) && list.ValueKind == JsonValueKind.Array
            ? new Entity(name, type.GetString() ?? "", [.. list.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString() ?? "")])
            : null;
    }
}
