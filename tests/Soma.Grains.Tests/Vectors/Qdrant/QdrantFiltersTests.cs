using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Soma.Grains.Engine.Tier;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Searching;
using Soma.Grains.Storage;
using Soma.Grains.Tests.Filtering;
using Soma.Grains.Vectors.Qdrant;
using Soma.Testing.Qdrant;

namespace Soma.Grains.Tests.Vectors.Qdrant;

public sealed class QdrantFiltersTests
{
    [Fact]
    public void What_is_pushed_down_loses_nothing_and_is_exact_where_it_says_so() =>
        Gen.Select(Documents.Payload, Documents.Filter).Sample(
            (payload, filter) =>
            {
                var row = Points.Row(1, 5, payload);
                var (truth, pushed, exact) = Both(row, filter);
                return exact ? truth == pushed : pushed || !truth;
            },
            iter: 5_000);

    [Fact]
    public void A_negation_loses_nothing_either() =>
        Gen.Select(Documents.Payload, Documents.Filter).Sample(
            (payload, filter) =>
            {
                var (truth, pushed, exact) = Both(Points.Row(1, 5, payload), $$"""{"$not":{{filter}}}""");
                return exact ? truth == pushed : pushed || !truth;
            },
            iter: 5_000);

    [Theory]
    [InlineData("""{"memory_type":"semantic"}""", true, true)]
    [InlineData("""{"memory_type":{"$gt":"f"}}""", true, true)]
    [InlineData("""{"memory_type":{"$contains":"seman"}}""", true, true)]
    [InlineData("""{"memory_type":{"$nin":["semantic","belief"]}}""", false, true)]
    [InlineData("""{"importance":1}""", true, true)]
    [InlineData("""{"importance":{"$gt":1}}""", false, false)]
    [InlineData("""{"importance":{"$gte":1.0}}""", true, false)]
    [InlineData("""{"created_at":1700000000.000005}""", true, true)]
    [InlineData("""{"created_at":{"$gt":1700000000.000005}}""", false, true)]
    [InlineData("""{"updated_at":{"$lte":"2023-11-14T22:13:21Z"}}""", true, true)]
    [InlineData("""{"updated_at":{"$lt":"9999-01-01T00:00:00Z"}}""", true, false)]
    [InlineData("""{"coord":"1"}""", true, true)]
    [InlineData("""{"coord":{"$in":["2","3"]}}""", false, true)]
    [InlineData("""{"coord":{"$ne":"1.0"}}""", false, true)]
    [InlineData("""{"timestamp":{"$gte":1700000000}}""", true, false)]
    [InlineData("""{"timestamp":{"$lt":1700000000}}""", false, false)]
    [InlineData("""{"big":9007199254740993}""", true, false)]
    [InlineData("""{"big":9007199254740992}""", false, false)]
    [InlineData("""{"tags":"red"}""", true, true)]
    [InlineData("""{"tags":["red",3.0]}""", true, true)]
    [InlineData("""{"tags":{"$contains":3}}""", true, false)]
    [InlineData("""{"n":"1"}""", false, true)]
    [InlineData("""{"n":{"$exists":true}}""", true, true)]
    [InlineData("""{"$or":[{"n":1},{"word":{"$gt":"a"}}]}""", true, false)]
    [InlineData("""{"$not":{"$or":[{"n":2},{"word":{"$contains":"zzz"}}]}}""", true, false)]
    [InlineData("""{"x":{"$in":[]}}""", false, true)]
    public void Each_kind_of_field_is_pushed_down(string filter, bool passes, bool isExact)
    {
        var row = Points.Row(1, 5, """{"big":9007199254740993,"tags":["red",3],"n":1,"word":"tea"}""");

        var (truth, pushed, exact) = Both(row, filter);

        Assert.Equal((passes, isExact), (truth, exact));
        Assert.True(exact ? pushed == truth : pushed || !truth);
    }

    [Theory]
    [InlineData("@b", """{"id":"b"}""", true, true)]
    [InlineData("@b", """{"coord":"@b"}""", true, true)]
    [InlineData("@b", """{"id":{"$in":["a","c"]}}""", false, true)]
    [InlineData("@b", """{"$not":{"id":"b"}}""", false, true)]
    [InlineData("@b", """{"id":""}""", false, true)]
    [InlineData("@b", """{"id":{"$gt":"a"}}""", true, false)]
    [InlineData("@b", """{"id":{"$exists":true}}""", true, false)]
    [InlineData("1.0", """{"id":{"$exists":true}}""", false, false)]
    [InlineData("1.0", """{"id":"1.0"}""", false, true)]
    public void A_filter_on_a_key_is_pushed_down_for_both_kinds(string key, string filter, bool passes, bool isExact)
    {
        var row = Points.Row(1, 5) with { Coordinate = Coordinate.FromCanonical(key) };

        var (truth, pushed, exact) = Both(row, filter);

        Assert.Equal((passes, isExact), (truth, exact));
        Assert.True(exact ? pushed == truth : pushed || !truth);
    }

    [Theory]
    [InlineData("""{"timestamp":"2023-11-14T22:13:21Z"}""", """{"timestamp":{"$gt":1700000000}}""", true)]
    [InlineData("""{"timestamp":1600000000}""", """{"timestamp":{"$gt":1700000000}}""", false)]
    [InlineData("""{"timestamp":"monday"}""", """{"timestamp":{"$gt":"2023-11-14"}}""", true)]
    [InlineData("""{"timestamp":["monday",1]}""", """{"timestamp":{"$lt":100}}""", true)]
    public void A_timestamp_is_a_moment_where_it_is_one(string payload, string filter, bool pushedPasses)
    {
        var (truth, pushed, _) = Both(Points.Row(1, 5, payload), filter);

        Assert.Equal(pushedPasses, pushed);
        Assert.True(pushed || !truth);
    }

    [Theory]
    [InlineData("""{"k499":499}""")]
    [InlineData("""{"k499":{"$gt":1}}""")]
    [InlineData("""{"k499":{"$exists":true}}""")]
    [InlineData("""{"$not":{"k499":1}}""")]
    [InlineData("""{"timestamp":{"$lt":5}}""")]
    public void A_payload_too_wide_for_the_index_stays_open(string filter)
    {
        var wide = "{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"k{i}\":{i}")) + ",\"timestamp\":3}";
        var row = Points.Row(1, 5, wide);

        Assert.True(PointFields.Of(row).IsOpen);
        Assert.Equal((true, true), (Both(row, filter).Truth, Both(row, filter).Pushed));
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("4.999999999999999")]
    [InlineData("1e300")]
    public void A_number_that_a_server_rounds_to_its_neighbour_is_not_lost(string number)
    {
        var row = Points.Row(1, 5, $$"""{"n":{{number}}}""");
        var point = PointOf(row);
        var numbers = point.Payload[QdrantPayload.Numbers]![FilterTokens.PathKey("n")]!.AsArray();
        foreach (var rounded in new[] { Math.BitIncrement(double.Parse(number)), Math.BitDecrement(double.Parse(number)) })
        {
            numbers[0] = rounded;
            Assert.True(Matches(Push($$$"""{"n":{"$gte":{{{number}}}}}"""), point));
            Assert.True(Matches(Push($$$"""{"n":{"$lte":{{{number}}}}}"""), point));
            Assert.True(Matches(Push($$$$"""{"$not":{"n":{"$gt":{{{{number}}}}}}}"""), point));
        }
    }

    private static (bool Truth, bool Pushed, bool Exact) Both(MemoryRow row, string filter)
    {
        var pushed = Push(filter);
        // Open points pass whatever is pushed, and are judged by their rows.
        return (RowFilter.Matches(Parse(filter), row), Matches(pushed, PointOf(row)), pushed.IsExact && !PointFields.Of(row).IsOpen);
    }

    private static bool Matches(PushedFilter pushed, StubPoint point) =>
        !pushed.PassesNothing && (pushed.Condition is null || StubFilter.Matches(Wrap(pushed.Condition), point));

    private static JsonObject Wrap(JsonObject condition) => new() { ["must"] = new JsonArray(condition.DeepClone()) };

    private static PushedFilter Push(string filter) => QdrantFilters.Push(Parse(filter), 1);

    private static FilterExpression Parse(string filter)
    {
        Assert.True(FilterParser.TryParse(Encoding.UTF8.GetBytes(filter), out var parsed, out var error, isStrict: false), error?.ToString());
        return parsed;
    }

    private static StubPoint PointOf(MemoryRow row)
    {
        var message = QdrantPoints.ToMessage(Points.Of(1, row));
        return new StubPoint(message.Id, new Dictionary<string, float[]>(), new Dictionary<string, Dictionary<uint, float>>(), message.Payload, 0);
    }
}
