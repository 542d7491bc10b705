using System.Text.Json;

namespace Soma.Gateway.Tests.Service;

public sealed class OpenApiTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    [Fact]
    public async Task The_document_is_the_reviewed_one() =>
        GoldenFile.Check("openapi.json", await gateway.Client.GetStringAsync("/openapi.json"));

    [Fact]
    public async Task Every_operation_has_an_id_an_answer_and_its_errors()
    {
        var document = JsonDocument.Parse(await gateway.Client.GetStringAsync("/openapi.json")).RootElement;
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Value))).ToList();
        Assert.Equal(43, operations.Count);
        Assert.Equal(43, operations.Select(operation => operation.Value.GetProperty("operationId").GetString()).Distinct().Count());
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
}
