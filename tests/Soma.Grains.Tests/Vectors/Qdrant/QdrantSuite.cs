using System.Text;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Storage;
using Soma.Grains.Vectors.Qdrant;

namespace Soma.Grains.Tests.Vectors.Qdrant;

/// <summary>What any Qdrant must do for Soma. The same tests run on the stub and, by <c>make qdrant-check</c>, on a live one.</summary>
public sealed class QdrantSuite(QdrantTarget target) : IClassFixture<QdrantTarget>
{
    private readonly long _namespace = Points.NewNamespace();

    private IVectorIndex Index => target.Index;

    [Fact]
    public async Task A_ready_server_says_so() => Assert.True(await Index.IsReadyAsync(default));

    [Fact]
    public async Task Making_a_space_again_does_nothing()
    {
        await PutAsync(Points.Row(1, 1), 1, 0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Index.EnsureAsync(Points.Space, default)));

        Assert.Equal(1, await Index.CountAsync(Points.Space, _namespace, default));
    }

    [Fact]
    public async Task A_collection_with_another_dimension_is_refused()
    {
        // The name says the dimension: only somebody else can have made such a one.
        var crossed = new QdrantVectorIndex(target.Http, target.Options with { CollectionPrefix = $"{target.Options.CollectionPrefix}-x" }, TimeProvider.System);
        var body = new StringContent("""{"vectors":{"dense":{"size":3,"distance":"Cosine"}},"sparse_vectors":{"bm25":{}}}""", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(target.Options.Url, $"/collections/{target.Options.CollectionPrefix}-x-letters-4")) { Content = body };
        request.Headers.TryAddWithoutValidation("api-key", target.Options.ApiKey);
        (await target.Http.SendAsync(request)).EnsureSuccessStatusCode();

        var refusal = await Assert.ThrowsAsync<VectorTierRejectedException>(() => crossed.EnsureAsync(Points.Space, default));

        Assert.Contains("3 numbers, not 4", refusal.Message, StringComparison.Ordinal);
        using var delete = new HttpRequestMessage(HttpMethod.Delete, request.RequestUri);
        delete.Headers.TryAddWithoutValidation("api-key", target.Options.ApiKey);
        (await target.Http.SendAsync(delete)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Points_are_found_by_vector_nearest_first()
    {
        await PutAsync(Points.Row(1, 1), 1, 0, 0, 0);
        await PutAsync(Points.Row(2, 2), 0.8f, 0.6f, 0, 0);
        await PutAsync(Points.Row(3, 3), 0, 0, 1, 0);

        var answer = await Index.QueryAsync(Points.Space, Query() with { Dense = [1, 0, 0, 0], Limit = 2 }, default);

        Assert.Equal([(Points.At(1), 1L), (Points.At(2), 2L)], answer.Hits.Select(hit => (hit.Coordinate, hit.Seq)));
        Assert.Equal([1f, 0.8f], answer.Hits.Select(hit => MathF.Round(hit.Score, 3)));
    }

    [Fact]
    public async Task An_offset_narrows_the_list()
    {
        await PutAsync(Points.Row(1, 1), 1, 0, 0, 0);
        await PutAsync(Points.Row(2, 2), 0.8f, 0.6f, 0, 0);
        await PutAsync(Points.Row(3, 3), 0, 0, 1, 0);
        var query = Query() with { Dense = [1, 0, 0, 0] };

        Assert.Equal([Points.At(1), Points.At(2), Points.At(3)], await FindAsync(query));
        Assert.Equal([Points.At(2), Points.At(3)], await FindAsync(query with { Offset = 1 }));
        Assert.Empty(await FindAsync(query with { Offset = 3 }));
    }

    [Fact]
    public async Task Points_are_found_by_word_and_only_with_a_word()
    {
        await PutAsync(Points.Row(1, 1, text: "green tea with lemon"));
        await PutAsync(Points.Row(2, 2, text: "black coffee"));
        await PutAsync(Points.Row(3, 3, text: "tea tea tea"));

        Assert.Equal([Points.At(3), Points.At(1)], await FindAsync(Query() with { Sparse = Points.Words("tea") }));
        Assert.Empty(await FindAsync(Query() with { Sparse = Points.Words("cocoa") }));
    }

    [Fact]
    public async Task No_query_leaves_its_namespace()
    {
        var other = Points.NewNamespace();
        await Index.UpsertAsync(Points.Space, [Points.Of(other, Points.Row(1, 1, text: "tea"), 1, 0, 0, 0)], default);
        await PutAsync(Points.Row(2, 2, text: "tea"), 0, 1, 0, 0);

        Assert.Equal([Points.At(2)], await FindAsync(Query() with { Dense = [1, 0, 0, 0] }));
        Assert.Equal([Points.At(2)], await FindAsync(Query() with { Sparse = Points.Words("tea") }));
        Assert.Equal(1, await Index.CountAsync(Points.Space, other, default));

        await Index.DeleteNamespaceAsync(Points.Space, _namespace, default);

        Assert.Equal(0, await Index.CountAsync(Points.Space, _namespace, default));
        Assert.Equal(1, await Index.CountAsync(Points.Space, other, default));
    }

    [Fact]
    public async Task Writing_a_memory_again_replaces_its_point()
    {
        await PutAsync(Points.Row(1, 1), 1, 0, 0, 0);
        await PutAsync(Points.Row(1, 2), 0, 1, 0, 0);

        var answer = await Index.QueryAsync(Points.Space, Query() with { Dense = [0, 1, 0, 0] }, default);

        Assert.Equal((2L, 1f), (Assert.Single(answer.Hits).Seq, MathF.Round(answer.Hits[0].Score, 3)));
    }

    [Fact]
    public async Task Deleted_points_are_gone_and_unknown_ones_no_matter()
    {
        await PutAsync(Points.Row(1, 1), 1, 0, 0, 0);
        await PutAsync(Points.Row(2, 2), 0, 1, 0, 0);

        Assert.True((await Index.DeleteAsync(Points.Space, _namespace, [Points.At(1), Points.At(77)], default)).IsSettled);

        Assert.Equal([Points.At(2)], await FindAsync(Query() with { Dense = [1, 0, 0, 0] }));
    }

    [Fact]
    public async Task An_expired_memory_is_not_found()
    {
        await PutAsync(Points.Row(1, 1, expiresAt: Points.Now), 1, 0, 0, 0);
        await PutAsync(Points.Row(2, 2, expiresAt: new(Points.Now.Microseconds + 1)), 1, 0, 0, 0);

        Assert.Equal([Points.At(2)], await FindAsync(Query() with { Dense = [1, 0, 0, 0] }));
    }

    [Theory]
    [InlineData("""{"kind":"note"}""", 1, 3)]
    [InlineData("""{"kind":{"$ne":"note"}}""", 2, 4)]
    [InlineData("""{"n":{"$gte":1.5,"$lt":3.5}}""", 2, 3)]
    [InlineData("""{"tags":"b"}""", 1, 2)]
    [InlineData("""{"$or":[{"tags":"c"},{"n":1}]}""", 1, 2, 3)]
    [InlineData("""{"$not":{"$or":[{"tags":"c"},{"n":1}]}}""", 4)]
    [InlineData("""{"deep.er":true}""", 4)]
    [InlineData("""{"memory_type":"semantic"}""", 1, 4)]
    [InlineData("""{"importance":{"$in":[2,3]}}""", 2, 3)]
    [InlineData("""{"coord":{"$in":["1","4"]}}""", 1, 4)]
    [InlineData("""{"created_at":{"$gt":1700000000.000002}}""", 3, 4)]
    [InlineData("""{"timestamp":{"$lte":1700000000.000002}}""", 1, 2)]
    [InlineData("""{"tags":{"$exists":false}}""", 4)]
    [InlineData("""{"kind":{"$in":[]}}""")]
    public async Task Filters_are_applied_before_the_cut(string filter, params int[] passing)
    {
        await PutAsync(Points.Row(1, 1, """{"kind":"note","n":1,"tags":["a","b"]}""", "tea"), 1, 0, 0, 0);
        await PutAsync(Points.Row(2, 2, """{"kind":"call","n":2,"tags":["b","c"]}""", "tea"), 1, 0.1f, 0, 0);
        await PutAsync(Points.Row(3, 3, """{"kind":"note","n":3,"tags":["c"]}""", "tea"), 1, 0.2f, 0, 0);
        await PutAsync(Points.Row(4, 4, """{"kind":"mail","n":4,"deep":{"er":true}}""", "tea"), 1, 0.3f, 0, 0);
        Assert.True(FilterParser.TryParse(Encoding.UTF8.GetBytes(filter), out var parsed, out _));
        var query = Query() with { Filter = parsed, Limit = Math.Max(1, passing.Length), Dense = [1, 0, 0, 0] };

        Assert.Equal(passing.Select(Points.At), await FindAsync(query));
        Assert.Equal(passing.Select(Points.At), (await FindAsync(query with { Dense = null, Sparse = Points.Words("tea") })).Order());
    }

    [Fact]
    public async Task A_scroll_sees_every_point_once()
    {
        var points = Enumerable.Range(0, 25).Select(number => Points.Of(_namespace, Points.Row(number, number + 1), 1, 0, 0, 0)).ToList();
        await Index.UpsertAsync(Points.Space, points, default);
        await Index.WriteMarkAsync(Points.Space, _namespace, new IndexCursor(25, 25), default);
        var seen = new List<StoredPoint>();
        Guid? from = null;
        do
        {
            var page = await Index.ScrollAsync(Points.Space, _namespace, from, 10, default);
            seen.AddRange(page.Points);
            from = page.Next;
        }
        while (from is not null);

        Assert.Equal(
            points.Select(point => new StoredPoint(point.Coordinate, point.Seq, point.Fingerprint())).OrderBy(point => point.Seq), seen.OrderBy(point => point.Seq));
    }

    [Fact]
    public async Task Points_are_read_back_by_coordinate()
    {
        var point = Points.Of(_namespace, Points.Row(1, 9), 1, 0, 0, 0);
        await Index.UpsertAsync(Points.Space, [point], default);

        Assert.Equal(
            [new StoredPoint(Points.At(1), 9, point.Fingerprint())],
            await Index.ReadAsync(Points.Space, _namespace, [Points.At(1), Points.At(2)], default));
    }

    [Fact]
    public async Task A_mark_comes_with_every_answer_and_is_no_point()
    {
        Assert.Null((await Index.QueryAsync(Points.Space, Query() with { Dense = [1, 0, 0, 0] }, default)).Mark);
        await Index.WriteMarkAsync(Points.Space, _namespace, new IndexCursor(9, 4), default);
        await PutAsync(Points.Row(1, 1), 1, 0, 0, 0);

        var answer = await Index.QueryAsync(Points.Space, Query() with { Dense = [1, 0, 0, 0] }, default);

        Assert.Equal(new IndexCursor(9, 4), answer.Mark);
        Assert.Single(answer.Hits);
        Assert.Equal(new IndexCursor(9, 4), await Index.ReadMarkAsync(Points.Space, _namespace, default));
        Assert.Equal(1, await Index.CountAsync(Points.Space, _namespace, default));
    }

    [Fact]
    public async Task An_unknown_space_is_empty_to_readers_and_missing_to_writers()
    {
        var unknown = new EmbeddingSpace("nobody made this", 4);

        Assert.Empty((await Index.QueryAsync(unknown, Query() with { Dense = [1, 0, 0, 0] }, default)).Hits);
        Assert.Equal(0, await Index.CountAsync(unknown, _namespace, default));
        Assert.Empty((await Index.ScrollAsync(unknown, _namespace, null, 10, default)).Points);
        Assert.Null(await Index.ReadMarkAsync(unknown, _namespace, default));
        await Assert.ThrowsAsync<VectorSpaceMissingException>(
            () => Index.UpsertAsync(unknown, [Points.Of(_namespace, Points.Row(1, 1), 1, 0, 0, 0)], default));
    }

    [Fact]
    public async Task A_vector_that_is_not_of_the_space_is_refused()
    {
        await Assert.ThrowsAsync<VectorTierRejectedException>(() => PutAsync(Points.Row(1, 1), 1, 0));
        await Assert.ThrowsAsync<VectorTierRejectedException>(() => PutAsync(Points.Row(1, 1), 1, 0, 0, float.NaN));
    }

    private VectorQuery Query() => new() { NamespaceId = _namespace, Now = Points.Now, Limit = 10 };

    private Task PutAsync(MemoryRow row, params float[] dense) =>
        Index.UpsertAsync(Points.Space, [Points.Of(_namespace, row, dense)], default);

    private async Task<IReadOnlyList<Soma.Grains.Interfaces.Coordinate>> FindAsync(VectorQuery query) =>
        [.. (await Index.QueryAsync(Points.Space, query, default)).Hits.Select(hit => hit.Coordinate)];
}
