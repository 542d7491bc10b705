using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>The first three proofs of SomaBrain's <c>tests/proofs/category_b/test_graph_operations.py</c>, against the service.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed class GraphOperationsScriptTests(SharedSoma soma)
{
    private static readonly double[] A = [1, 2, 3];
    private static readonly double[] B = [4, 5, 6];
    private static readonly double[] C = [7, 8, 9];

    private SomaBrainClient NewClient() => new(soma.Host, "somabrain:" + SomaHost.NewNamespace("graph"));

    [Fact]
    public async Task Three_memories_recalled_together_are_linked_pairwise()
    {
        using var brain = NewClient();
        foreach (var (from, to) in new[] { (A, B), (A, C), (B, C) })
        {
            Assert.True(await brain.LinkAsync(from, to, "co_recalled", 0.5));
        }

        var neighbors = await brain.NeighborsAsync(A, kHop: 1, limit: 10, "co_recalled");

        Assert.True(neighbors.Count >= 2);
        Assert.All(neighbors, neighbor => Assert.Equal(("co_recalled", 0.5), (neighbor.LinkType, neighbor.Strength)));
    }

    [Fact]
    public async Task A_path_over_two_links_is_found_with_its_coordinates()
    {
        using var brain = NewClient();
        Assert.True(await brain.LinkAsync(A, B, "related", 1.0));
        Assert.True(await brain.LinkAsync(B, C, "related", 1.0));

        var path = await brain.FindPathAsync(A, C, maxLength: 10);

        Assert.Equal([A, B, C], path);
    }

    [Fact]
    public async Task Between_unconnected_coordinates_no_path_is_found()
    {
        using var brain = NewClient();
        Assert.True(await brain.LinkAsync(A, B, "related", 1.0));

        Assert.Empty(await brain.FindPathAsync(A, C, maxLength: 10));
    }
}
