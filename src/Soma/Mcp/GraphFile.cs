using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Soma.Mcp;

/// <summary>Reads and writes the JSON Lines in which the reference server for knowledge graphs keeps a graph, through the graph's own tools.</summary>
internal static class GraphFile
{
    private const int ItemsPerCall = 100;

    /// <returns>How many entities and relations were added.</returns>
    /// <exception cref="StartupException">A line is neither an entity nor a relation. What stood before it was added.</exception>
    public static async Task<(int Entities, int Relations)> ImportAsync(HttpClient service, TextReader file, CancellationToken cancellationToken)
    {
        await using var client = await ConnectAsync(service, cancellationToken);
        var (entities, relations) = (new List<JsonNode>(), new List<JsonNode>());
        var (madeEntities, madeRelations, number) = (0, 0, 0);
        while (await file.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var (type, item) = Read(line, number);
            (type == "entity" ? entities : relations).Add(item);
            if (entities.Count == ItemsPerCall)
            {
                madeEntities += await AddAsync("create_entities", "entities", entities);
            }
        }

        madeEntities += await AddAsync("create_entities", "entities", entities);
        foreach (var chunk in relations.Chunk(ItemsPerCall))
        {
            madeRelations += await AddAsync("create_relations", "relations", [.. chunk]);
        }

        return (madeEntities, madeRelations);

        async Task<int> AddAsync(string tool, string name, List<JsonNode> items)
        {
            var made = items.Count == 0 ? 0 : (await CallAsync(client, tool, new() { [name] = items.ToArray() }, cancellationToken)).GetProperty(name).GetArrayLength();
            items.Clear();
            return made;
        }
    }

    public static async Task ExportAsync(HttpClient service, TextWriter file, CancellationToken cancellationToken)
    {
        await using var client = await ConnectAsync(service, cancellationToken);
        var graph = await CallAsync(client, "read_graph", [], cancellationToken);
        foreach (var (list, type) in ((string, string)[])[("entities", "entity"), ("relations", "relation")])
        {
            foreach (var item in graph.GetProperty(list).EnumerateArray())
            {
                var line = new JsonObject { ["type"] = type };
                foreach (var member in item.EnumerateObject())
                {
                    line[member.Name] = JsonNode.Parse(member.Value.GetRawText());
                }

                await file.WriteLineAsync(line.ToJsonString().AsMemory(), cancellationToken);
            }
        }
    }

    private static (string Type, JsonNode Item) Read(string line, int number)
    {
        try
        {
            if (JsonNode.Parse(line) is JsonObject item && item["type"]?.GetValue<string>() is "entity" or "relation")
            {
                var type = item["type"]?.GetValue<string>() ?? "";
                item.Remove("type");
                return (type, item);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
        }

        throw new StartupException(ExitCode.ArchiveRefused, $"line {number} is neither an entity nor a relation; what stood before it was added.");
    }

    private static Task<McpClient> ConnectAsync(HttpClient service, CancellationToken cancellationToken) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = service.BaseAddress ?? throw new InvalidOperationException("The service has no address.") }, service),
        cancellationToken: cancellationToken);

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        var result = await client.CallToolAsync(tool, arguments, cancellationToken: cancellationToken);
        return result.IsError == true || result.StructuredContent is not { } content
            ? throw new StartupException(ExitCode.ArchiveRefused, string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text)))
            : content;
    }
}
