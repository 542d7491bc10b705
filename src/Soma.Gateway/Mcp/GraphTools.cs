using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Soma.Gateway.Mcp;

// Inputs and results of the graph's tools. Their names and shapes are those of the reference server for knowledge graphs, whose users
// find them here unchanged.

internal sealed record Entities([property: JsonPropertyName("entities")] IReadOnlyList<Entity> List);

internal sealed record Relations([property: JsonPropertyName("relations")] IReadOnlyList<Relation> List);

internal sealed record ObservationsToAdd(string EntityName, IReadOnlyList<string> Contents);

internal sealed record ObservationsAdded(string EntityName, IReadOnlyList<string> AddedObservations);

internal sealed record AddedResults(IReadOnlyList<ObservationsAdded> Results);

internal sealed record ObservationsToDelete(string EntityName, IReadOnlyList<string> Observations);

internal sealed record Success([property: JsonPropertyName("success")] bool IsSuccess, string Message);

/// <summary>The tools of a knowledge graph.</summary>
internal sealed class GraphTools(ToolCall call)
{
    private readonly KnowledgeGraph _graph = new(call);

    [McpServerTool(Name = "create_entities", Title = "Create Entities", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Entities))]
    [Needs(Scopes.Write)]
    [Description("Create entities in the knowledge graph. A name that is there already is left as it is. Returns the new ones.")]
    public async Task<CallToolResult> CreateEntitiesAsync([Description("What to create.")] IReadOnlyList<Entity> entities)
    {
        var made = await MakeAsync(entities, _graph.TryCreateAsync);
        return Of(new Entities(made), made);
    }

    [McpServerTool(Name = "create_relations", Title = "Create Relations", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Relations))]
    [Needs(Scopes.Write)]
    [Description("Create relations between entities, in the active voice, such as 'works_at'. Returns the new ones.")]
    public async Task<CallToolResult> CreateRelationsAsync([Description("What to create.")] IReadOnlyList<Relation> relations)
    {
        var made = await MakeAsync(relations, _graph.TryRelateAsync);
        return Of(new Relations(made), made);
    }

    [McpServerTool(Name = "add_observations", Title = "Add Observations", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(AddedResults))]
    [Needs(Scopes.Write)]
    [Description("Add observations to entities that are there. What an entity has already is not added again.")]
    public async Task<CallToolResult> AddObservationsAsync([Description("What to add to which entity.")] IReadOnlyList<ObservationsToAdd> observations)
    {
        foreach (var wanted in observations)
        {
            // All are looked up before the first is changed: a call with an unknown name changes nothing.
            Require(await _graph.FindAsync(wanted.EntityName) is not null, wanted.EntityName);
        }

        var results = new List<ObservationsAdded>();
        foreach (var (item, wanted) in observations.Index())
        {
            string[] added = [];
            Require(await _graph.TryChangeAsync(wanted.EntityName, item, there =>
            {
                added = [.. wanted.Contents.Distinct().Except(there)];
                return added.Length == 0 ? null : [.. there, .. added];
            }), wanted.EntityName);
            results.Add(new ObservationsAdded(wanted.EntityName, added));
        }

        return Of(new AddedResults(results), results);
    }

    [McpServerTool(Name = "delete_entities", Title = "Delete Entities", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Success))]
    [Needs(Scopes.Delete)]
    [Description("Delete entities and their relations. Names that are not there are passed over.")]
    public async Task<CallToolResult> DeleteEntitiesAsync([Description("Their names.")] IReadOnlyList<string> entityNames)
    {
        foreach (var (item, name) in entityNames.Index())
        {
            await _graph.DeleteAsync(name, item);
        }

        return Done("Entities deleted successfully");
    }

    [McpServerTool(Name = "delete_observations", Title = "Delete Observations", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Success))]
    [Needs(Scopes.Delete)]
    [Description("Delete observations of entities. Those that are not there are passed over.")]
    public async Task<CallToolResult> DeleteObservationsAsync([Description("What to delete of which entity.")] IReadOnlyList<ObservationsToDelete> deletions)
    {
        foreach (var (item, deletion) in deletions.Index())
        {
            await _graph.TryChangeAsync(deletion.EntityName, item, there =>
            {
                var left = there.Except(deletion.Observations).ToArray();
                return left.Length == there.Count ? null : left;
            });
        }

        return Done("Observations deleted successfully");
    }

    [McpServerTool(Name = "delete_relations", Title = "Delete Relations", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Success))]
    [Needs(Scopes.Delete)]
    [Description("Delete relations. Those that are not there are passed over.")]
    public async Task<CallToolResult> DeleteRelationsAsync([Description("What to delete.")] IReadOnlyList<Relation> relations)
    {
        foreach (var (item, relation) in relations.Index())
        {
            await _graph.UnrelateAsync(relation, item);
        }

        return Done("Relations deleted successfully");
    }

    [McpServerTool(Name = "read_graph", Title = "Read Graph", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Graph))]
    [Needs(Scopes.Read)]
    [Description("Read the whole knowledge graph.")]
    public async Task<CallToolResult> ReadGraphAsync() => Of(await _graph.ReadAsync(_ => true));

    [McpServerTool(Name = "search_nodes", Title = "Search Nodes", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Graph))]
    [Needs(Scopes.Read)]
    [Description("Find the entities whose name, type or observations contain a text, whatever its case, with the relations that begin or end at them.")]
    public async Task<CallToolResult> SearchNodesAsync([Description("The text.")] string query)
    {
        bool Holds(string text) => text.Contains(query, StringComparison.OrdinalIgnoreCase);
        return Of(await _graph.ReadAsync(entity => Holds(entity.Name) || Holds(entity.EntityType) || entity.Observations.Any(Holds)));
    }

    [McpServerTool(Name = "open_nodes", Title = "Open Nodes", ReadOnly = true, Destructive = false, Idempotent = true, OpenWorld = false, UseStructuredContent = true, OutputSchemaType = typeof(Graph))]
    [Needs(Scopes.Read)]
    [Description("Read entities by their names, with the relations that begin or end at them.")]
    public async Task<CallToolResult> OpenNodesAsync([Description("Their names.")] IReadOnlyList<string> names)
    {
        var found = new List<Entity>();
        foreach (var name in names.Distinct())
        {
            if (await _graph.FindAsync(name) is { } entity)
            {
                found.Add(entity);
            }
        }

        return Of(await _graph.WithRelationsAsync(found));
    }

    /// <returns>Those that were not there yet.</returns>
    private static async Task<List<T>> MakeAsync<T>(IReadOnlyList<T> wanted, Func<T, int, Task<bool>> tryMake)
    {
        var made = new List<T>();
        foreach (var (item, one) in wanted.Index())
        {
            if (await tryMake(one, item))
            {
                made.Add(one);
            }
        }

        return made;
    }

    private static void Require(bool isThere, string name)
    {
        if (!isThere)
        {
            throw new ToolRefusal($"Entity with name {name} not found");
        }
    }

    private static CallToolResult Done(string message) => ToolResult.Of(new Success(true, message), message);

    private static CallToolResult Of<T>(T answer) => ToolResult.Of(answer);

    /// <summary>The text shows the bare list, as clients of the reference server read it.</summary>
    private static CallToolResult Of<T, TItem>(T answer, IReadOnlyList<TItem> shown) => ToolResult.Of(answer, JsonSerializer.Serialize(shown, McpJson.Indented));
}
