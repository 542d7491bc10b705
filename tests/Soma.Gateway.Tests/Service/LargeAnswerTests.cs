using System.Text.Json;

namespace Soma.Gateway.Tests.Service;

public sealed class LargeAnswerTests : IAsyncLifetime
{
    // Smaller than any large answer: one passes alone, a second beside it does not.
    private readonly GatewayUnderTest _gateway = new(options => options with { AnswerMemoryBytes = 1 });

    public async Task InitializeAsync()
    {
        await _gateway.InitializeAsync();
        for (var i = 0; i < 8; i++)
        {
            await _gateway.SendAsync("POST", "/memories", $$$"""{"coord":"{{{i}}}","payload":{"text":"{{{new string('x', 900_000)}}}","i":{{{i}}}}}""");
        }
    }

    public Task DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("/memories")]
    [InlineData("/memories/search?query=x&top_k=8")]
    public async Task A_large_answer_is_whole(string path)
    {
        using var response = await _gateway.SendAsync("GET", path);
        Assert.Equal((200, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        var memories = (await response.JsonAsync()).GetProperty("memories");
        Assert.Equal(Enumerable.Range(0, 8), memories.EnumerateArray().Select(memory => memory.GetProperty("payload").GetProperty("i").GetInt32()));
    }

    [Fact]
    public async Task A_large_answer_beside_too_many_others_is_refused_and_told_when_to_ask_again()
    {
        using (var slow = await _gateway.Client.SendAsync(_gateway.Request("GET", "/memories"), HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(200, (int)slow.StatusCode);
            using var refused = await _gateway.SendAsync("GET", "/memories/1?flat=1");
            Assert.Equal((503, "1"), ((int)refused.StatusCode, refused.Header("Retry-After")));
            Assert.Null(refused.Headers.ETag);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
            // Small answers go on.
            Assert.Equal(404, (int)(await _gateway.SendAsync("GET", "/memories/99")).StatusCode);
            Assert.Equal(200, (int)(await _gateway.SendAsync("POST", "/memories", """{"coord":"100","payload":{}}""")).StatusCode);
            var body = await slow.Content.ReadAsStringAsync();
            Assert.Equal(8, JsonDocument.Parse(body).RootElement.GetProperty("memories").GetArrayLength());
        }

        Assert.Equal(200, (int)(await _gateway.SendAsync("GET", "/memories/1")).StatusCode);
        Assert.Contains("soma_gateway_answers_refused_total 1\n", await _gateway.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task Flat_hits_are_cut_before_eight_megabytes_and_say_so()
    {
        var flat = await GatewayUnderTest.StartAsync(options => options with { FlatMemories = true });
        for (var i = 0; i < 8; i++)
        {
            await flat.SendAsync("POST", "/memories", $$$"""{"coord":"{{{i}}}","payload":{"text":"{{{new string('x', 900_000)}}}"}}""");
        }

        var text = await flat.SendAsync("GET", "/memories/search?query=x&top_k=8").TextAsync();
        var answer = JsonDocument.Parse(text).RootElement;
        Assert.InRange(text.Length, 1, 8 << 20);
        Assert.Equal((4, true), (answer.GetProperty("memories").GetArrayLength(), answer.GetProperty("truncated").GetBoolean()));
        Assert.Equal(900_000, answer.GetProperty("memories")[0].GetProperty("text").GetString()!.Length);
        await flat.DisposeAsync();
    }
}
