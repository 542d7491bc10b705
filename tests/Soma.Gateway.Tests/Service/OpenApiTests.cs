using System.Text.Json;

namespace Soma.Gateway.Tests.Service;

public sealed class OpenApiTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    /// <summary>Set to 1 to take the document as it is now for the golden one.</summary>
    private const string Update = "SOMA_UPDATE_GOLDEN";

    [Fact]
    public async Task The_document_is_the_reviewed_one()
    {
        var actual = await gateway.Client.GetStringAsync("/openapi.json");
        var path = GoldenPath();
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            await File.WriteAllTextAsync(path, actual.ReplaceLineEndings("\n") + "\n");
        }

        Assert.Equal((await File.ReadAllTextAsync(path)).TrimEnd(), actual.ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public async Task Every_operation_has_an_id_an_answer_and_its_errors()
    {
        var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi.json")).RootElement;
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Value))).ToList();
        Assert.Equal(25, operations.Count);
        Assert.Equal(25, operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).Distinct().Count());
        foreach (var (path, operation) in operations)
        {
            Assert.True(operation.GetProperty("responses").TryGetProperty("200", out _), path);
            if (path.StartsWith("/memories") || path.StartsWith("/graph"))
            {
                Assert.True(operation.GetProperty("responses").TryGetProperty("401", out _), path);
                Assert.True(operation.TryGetProperty("security", out _), path);
            }
        }
    }

    private static string GoldenPath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Soma.Gateway.Tests.csproj")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "Golden", "openapi.json");
    }
}
