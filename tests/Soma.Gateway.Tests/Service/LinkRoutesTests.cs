namespace Soma.Gateway.Tests.Service;

public sealed class LinkRoutesTests(GatewayUnderTest gateway) : IClassFixture<GatewayUnderTest>
{
    [Fact]
    public async Task Links_are_made_walked_and_removed()
    {
        Assert.Equal(
            """{"from_coord":"1.0,2.0","to_coord":"3.0","link_type":"related","ok":true,"seq":1}""",
            await gateway.SendAsync("POST", "/graph/link", """{"from_coord":"1,2","to_coord":"3","strength":0.5,"metadata":{"why": "so"}}""").TextAsync());
        Assert.Equal(
            """{"coord":"1.0,2.0","neighbors":[{"coord":"3.0","coordinate":[3.0],"link_type":"related","strength":0.5,"metadata":{"why": "so"},"hops":1,"direction":"out","via":"1.0,2.0"}]}""",
            await gateway.SendAsync("GET", "/graph/neighbors?coord=1,2&k_hop=2&direction=both").TextAsync());
        Assert.Equal(
            """{"from_coord":"1.0,2.0","to_coord":"3.0","path":["1.0,2.0","3.0"],"link_types":["related"],"found":true}""",
            await gateway.SendAsync("GET", "/graph/path?from_coord=1,2&to_coord=3&max_length=5").TextAsync());
        Assert.Equal(
            """{"from_coord":"3.0","to_coord":"1.0,2.0","path":[],"link_types":[],"found":false}""",
            await gateway.SendAsync("GET", "/graph/path?from_coord=3&to_coord=1,2").TextAsync());
        Assert.Equal(
            """{"from_coord":"1.0,2.0","to_coord":"3.0","link_type":"related","deleted":true,"seq":2}""",
            await gateway.SendAsync("DELETE", "/graph/link?from_coord=1,2&to_coord=3").TextAsync());
        Assert.Equal(
            """{"from_coord":"1.0,2.0","to_coord":"3.0","link_type":"related","deleted":false,"seq":2}""",
            await gateway.SendAsync("DELETE", "/graph/link", """{"from_coord":"1,2","to_coord":"3","link_type":"related"}""").TextAsync());
    }
}
