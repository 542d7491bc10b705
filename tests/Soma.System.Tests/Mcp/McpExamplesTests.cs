using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Mcp;

/// <summary>What <c>examples/mcp</c> and README.md tell people to write into their clients, done as such a client does it.</summary>
[Collection(ProcessTests.Name)]
public sealed partial class McpExamplesTests : IAsyncLifetime
{
    private const string Url = "http://127.0.0.1:9595";

    private readonly TestFolder _folder = new();
    private readonly SomaProcess _soma;

    public McpExamplesTests() => _soma = new SomaProcess(new Dictionary<string, string?>
    {
        ["SOMA_DATA_DIR"] = Path.Combine(_folder.Location, "service"),
        ["SOMA_EMBEDDINGS"] = "fast",
        // The token of the examples.
        ["SOMA_API_TOKEN"] = "devtoken",
    });

    public Task InitializeAsync() => _soma.StartAsync();

    public async Task DisposeAsync()
    {
        await _soma.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_configuration_opens_a_connection_that_has_tools()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "examples", "mcp"), "*.json");
        var guide = Repository.Read("examples/mcp/README.md");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.Contains($"({Path.GetFileName(file)})", guide, StringComparison.Ordinal);
            await ConnectAsync(Path.GetFileName(file), await File.ReadAllTextAsync(file));
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/mcp.md")]
    public async Task The_first_configuration_of_a_page_opens_a_connection_that_has_tools(string page)
    {
        var block = FirstJson().Match(Repository.Read(page));
        Assert.True(block.Success);
        await ConnectAsync(page, block.Groups[1].Value);
    }

    private async Task ConnectAsync(string name, string configuration)
    {
        using var document = JsonDocument.Parse(configuration.Replace(Url, _soma.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal));
        var servers = Assert.Single(document.RootElement.EnumerateObject());
        Assert.Contains(servers.Name, (string[])["mcpServers", "servers", "context_servers"]);
        var server = Assert.Single(servers.Value.EnumerateObject()).Value;
        var isGraph = server.TryGetProperty("args", out var arguments) && arguments.EnumerateArray().Any(argument => argument.GetString() == "graph");
        if (server.TryGetProperty("url", out var url))
        {
            await using var client = await McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = new Uri(url.GetString() ?? ""),
                AdditionalHeaders = TextsOf(server, "headers"),
            }));
            await CheckAsync(name, client, isGraph);
            return;
        }

        Assert.EndsWith("/soma", server.GetProperty("command").GetString(), StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "soma.dll"), .. arguments.EnumerateArray().Select(argument => argument.GetString() ?? "")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("SOMA_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(inherited);
        }

        // Where a user's memories lie without a setting.
        start.Environment["XDG_DATA_HOME"] = Path.Combine(_folder.Location, "home");
        start.Environment["SOMA_EMBEDDINGS"] = "fast";
        foreach (var (variable, value) in TextsOf(server, "env"))
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("soma mcp did not start.");
        try
        {
            await using var client = await McpClient.CreateAsync(new StreamClientTransport(process.StandardInput.BaseStream, process.StandardOutput.BaseStream));
            await CheckAsync(name, client, isGraph);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task CheckAsync(string name, McpClient client, bool isGraph)
    {
        var tools = await client.ListToolsAsync();
        Assert.True(tools.Any(tool => tool.Name == (isGraph ? "create_entities" : "remember")), name);
        var result = isGraph
            ? await client.CallToolAsync("read_graph", new Dictionary<string, object?>())
            : await client.CallToolAsync("remember", new Dictionary<string, object?> { ["text"] = $"{name} works" });
        Assert.True(result.IsError != true, name);
    }

    private static Dictionary<string, string> TextsOf(JsonElement server, string name) => server.TryGetProperty(name, out var found)
        ? found.EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString() ?? "")
        : [];

    [GeneratedRegex(@"^```json\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FirstJson();
}
