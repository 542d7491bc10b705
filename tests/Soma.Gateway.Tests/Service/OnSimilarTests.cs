namespace Soma.Gateway.Tests.Service;

public sealed class OnSimilarTests(SomaUnderTest soma) : IClassFixture<SomaUnderTest>
{
    [Fact]
    public async Task A_repeat_is_answered_as_the_rule_says()
    {
        await soma.SendAsync("POST", "/memories", """{"id":"a","payload":{"text":"Anna lives in Berlin"}}""");

        var skipped = await soma.SendAsync("POST", "/memories", """{"id":"b","payload":{"text":"anna lives in Berlin."},"on_similar":{"do":"skip"}}""");
        Assert.Equal(
            """{"coord":"@a","memory_type":"episodic","ok":true,"seq":1,"version":1,"embedding_source":"soma-fast-2","skipped":true,"similar":[{"coord":"@a","score":1}]}""",
            await skipped.Content.ReadAsStringAsync());
        Assert.Equal(("1", "\"1\""), (skipped.Header("X-Soma-Seq"), skipped.Headers.ETag!.Tag));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await soma.SendAsync("GET", "/memories/@b")).StatusCode);

        Assert.Equal(
            """{"coord":"@c","memory_type":"episodic","ok":true,"seq":2,"version":1,"embedding_source":"soma-fast-2"}""",
            await soma.SendAsync("POST", "/memories", """{"id":"c","payload":{"text":"Anna lives in Munich"},"on_similar":{"do":"skip"}}""").TextAsync());
        Assert.Equal(
            """{"coord":"@a","memory_type":"episodic","ok":true,"seq":3,"version":2,"embedding_source":"soma-fast-2","similar":[{"coord":"@a","score":1}]}""",
            await soma.SendAsync("POST", "/memories", """{"id":"d","payload":{"text":"Anna lives in BERLIN"},"on_similar":{"do":"replace"}}""").TextAsync());
        Assert.Equal(
            """{"stored":1,"seq_first":4,"seq_last":5,"results":[{"coord":"@e","memory_type":"episodic","ok":true,"seq":4,"version":1,"embedding_source":"soma-fast-2","similar":[{"coord":"@a","score":1}]}]}""",
            await soma.SendAsync("POST", "/memories/batch", """{"items":[{"id":"e","payload":{"text":"Anna lives in Berlin"},"on_similar":{"do":"link"}}]}""").TextAsync());
        Assert.Contains(
            "\"link_type\":\"similar\",\"strength\":1",
            await soma.SendAsync("GET", "/graph/neighbors?coord=@e").TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"do":"merge"}""", "do")]
    [InlineData("""{"min_score":1.5}""", "min_score")]
    [InlineData("true", "on_similar")]
    public async Task A_rule_that_does_not_exist_is_422(string rule, string field)
    {
        var response = await soma.SendAsync("POST", "/memories", $$"""{"payload":{},"on_similar":{{rule}}}""");

        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(field, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
