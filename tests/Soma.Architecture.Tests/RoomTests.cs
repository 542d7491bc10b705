
namespace Soma.Architecture.Tests;

/// <summary>A room is a namespace. Of two rooms that stand beside each other, one knows the other or neither does.</summary>
public sealed class RoomTests
{
    [Theory]
    [InlineData("Soma.Grains")]
    [InlineData("Soma.Grains.Engine")]
    [InlineData("Soma.Grains.Searching")]
    public void The_rooms_of_one_house_know_each_other_in_one_direction(string house)
    {
        var graph = RoomGraph.Of("Soma.Grains", house);

        Assert.True(graph.Rooms.Count > 1, $"No rooms were found in {house}.");
        Assert.True(graph.Cycles().Count == 0, string.Join("\n\n", graph.Cycles()));
    }

    [Fact]
    public void What_ranks_and_keeps_the_index_is_known_inside_of_searching_only()
    {
        string[] closed = ["Soma.Grains.Searching.Ranking", "Soma.Grains.Searching.Indexing"];

        var uses = RoomGraph.TypesThatUse("Soma.Grains", closed).Where(use => !use.User.StartsWith("Soma.Grains.Searching.", StringComparison.Ordinal));

        Assert.Empty(uses.Select(use => $"{use.User} uses {use.Used}"));
    }

    [Fact]
    public void The_index_knows_neither_the_engine_nor_who_brings_vectors()
    {
        var uses = RoomGraph.TypesThatUse("Soma.Grains", ["Soma.Grains.Engine", "Soma.Grains.Vectors", "Soma.Grains.Embeddings"])
            .Where(use => use.User.StartsWith("Soma.Grains.Searching.", StringComparison.Ordinal));

        Assert.Empty(uses.Select(use => $"{use.User} uses {use.Used}"));
    }

    [Fact]
    public void The_graph_of_rooms_shows_a_cycle_where_there_is_one()
    {
        var graph = RoomGraph.Of("Soma.Architecture.Tests", "Soma.Architecture.Tests.Samples");

        var cycle = Assert.Single(graph.Cycles());
        Assert.Contains("Left → Right: Sample uses Other", cycle, StringComparison.Ordinal);
        Assert.Contains("Right → Left: Other uses Sample", cycle, StringComparison.Ordinal);
    }
}
