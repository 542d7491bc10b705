using System.Text.Json;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Consistency;

/// <summary>Looks for one version of a memory, told by its number, in one of the ways to read.</summary>
internal sealed class VisibilityView(HttpClient client)
{
    public async Task<bool> SeesAsync(Sight sight, VisibleMemory memory) => sight switch
    {
        Sight.Hybrid => await SearchAsync($$"""{"query":"{{memory.Word}}","top_k":10}""", memory),
        Sight.Keyword => await SearchAsync($$"""{"query":"{{memory.Word}}","mode":"keyword","top_k":10}""", memory),
        Sight.TextVector => await SearchAsync($$"""{"query":"{{memory.Text}}","mode":"vector","top_k":10}""", memory),
        Sight.BroughtVector => await SearchAsync($$"""{"query":"","embedding":{{memory.Vector}},"top_k":1}""", memory),
        Sight.Filter => await SearchAsync($$"""{"filters":{"number":{{memory.Number}} } }""", memory),
        Sight.FilteredList => Holds(await client.GetAnswerAsync($"/memories?filters={Uri.EscapeDataString($"{{\"number\":{memory.Number}}}")}"), memory),
        Sight.NewestOfList => Holds(await client.GetAnswerAsync("/memories?order=seq&desc=true&limit=100"), memory),
        _ => await GetAsync(memory),
    };

    private async Task<bool> SearchAsync(string body, VisibleMemory memory)
    {
        var answer = await client.PostAnswerAsync("/memories/search", body);
        Assert.False(answer.Ok()["degraded"].GetBoolean(), answer.Text);
        return Holds(answer, memory);
    }

    private async Task<bool> GetAsync(VisibleMemory memory)
    {
        var answer = await client.GetAnswerAsync($"/memories/{memory.Coordinate}");
        return answer.Status != 404 && Number(answer.Ok()["memory"]) == memory.Number;
    }

    private static bool Holds(Answer answer, VisibleMemory memory) => answer.Ok()["memories"].EnumerateArray().Any(item => Number(item) == memory.Number);

    private static long Number(JsonElement memory) => memory.GetProperty("payload").GetProperty("number").GetInt64();
}
