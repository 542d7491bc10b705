using System.Net;
using System.Text;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Qdrant;

/// <summary>The stub must see what a real server would pass over, or it proves nothing.</summary>
public sealed class QdrantStubTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private QdrantStub _stub = null!;

    public async Task InitializeAsync() => _stub = await QdrantStub.StartAsync();

    public async Task DisposeAsync()
    {
        await _stub.DisposeAsync();
        _http.Dispose();
    }

    [Theory]
    [InlineData("PUT", "/collections/c", """{"vectors":{"dense":{"size":4,"distance":"cosine"}}}""")]
    [InlineData("PUT", "/collections/c/points?wait=true", """{"points":[{"id":1,"vectr":{}}]}""")]
    [InlineData("PUT", "/collections/c/points?wait=true", """{"points":[{"id":"no uuid","vector":{}}]}""")]
    [InlineData("PUT", "/collections/c/points?wait=perhaps", """{"points":[]}""")]
    [InlineData("PUT", "/collections/c/points?patience=1", """{"points":[]}""")]
    [InlineData("PUT", "/collections/c/points?ordering=strict", """{"points":[]}""")]
    [InlineData("POST", "/collections/c/points/query", """{"query":[1],"using":"dense","limit":3,"score_treshold":0.3}""")]
    [InlineData("POST", "/collections/c/points/query", """{"query":[1],"filter":{"mustt":[]}}""")]
    [InlineData("POST", "/collections/c/points/query", """{"query":[1],"filter":{"must":[{"key":"a","mach":{"value":1}}]}}""")]
    [InlineData("POST", "/collections/c/points/query", """{"query":[1],"limit":0}""")]
    [InlineData("POST", "/collections/c/points/scroll", """{"with_vectors":true}""")]
    [InlineData("POST", "/collections/c/points/search", """{"vector":[1],"limit":3}""")]
    [InlineData("POST", "/collections/c/points/count", """{"filter":""")]
    [InlineData("GET", "/collections/c/exists", """{}""")]
    public async Task What_is_outside_the_contract_is_seen(string method, string path, string body)
    {
        using var answer = await SendAsync(method, path, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotEmpty(_stub.Violations);
    }

    [Fact]
    public async Task An_acknowledged_update_is_done_before_the_next_one_that_is_waited_for()
    {
        await SendAsync("PUT", "/collections/c", """{"vectors":{"dense":{"size":1,"distance":"Cosine"}}}""");
        var first = await SendAsync("PUT", "/collections/c/points", """{"points":[{"id":"00000000-0000-0000-0000-000000000001","vector":{"dense":[1]}}]}""");

        Assert.Contains("acknowledged", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\"count\":0", await CountAsync(), StringComparison.Ordinal);
        await SendAsync("PUT", "/collections/c/points?wait=true", """{"points":[{"id":"00000000-0000-0000-0000-000000000002","vector":{"dense":[1]}}]}""");

        Assert.Contains("\"count\":2", await CountAsync(), StringComparison.Ordinal);
        Assert.Empty(_stub.Violations);
    }

    [Fact]
    public async Task A_server_started_again_has_its_data_unless_it_lost_it()
    {
        await SendAsync("PUT", "/collections/c", """{"vectors":{"dense":{"size":1,"distance":"Cosine"}}}""");
        await _stub.KillAsync();
        await Assert.ThrowsAsync<HttpRequestException>(CountAsync);
        await _stub.StartAgainAsync();
        Assert.Contains("\"count\":0", await CountAsync(), StringComparison.Ordinal);

        _stub.Forget();

        Assert.Contains("Not found: Collection `c` doesn't exist!", await CountAsync(), StringComparison.Ordinal);
    }

    private async Task<string> CountAsync() =>
        await (await SendAsync("POST", "/collections/c/points/count", """{"exact":true}""")).Content.ReadAsStringAsync();

    private Task<HttpResponseMessage> SendAsync(string method, string path, string body) =>
        _http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(_stub.Url, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
}
