using System.Text;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Tests.Filtering;

public sealed class FilterParserTests
{
    [Theory]
    [InlineData("""[]""", "")]
    [InlineData("""{"a":1} x""", "")]
    [InlineData("""{"a":""", "")]
    [InlineData("", "")]
    [InlineData("""{"a":{"$like":"x"}}""", "a.$like")]
    [InlineData("""{"$nor":[]}""", "$nor")]
    [InlineData("""{"$or":[]}""", "$or")]
    [InlineData("""{"$and":{"a":1}}""", "$and")]
    [InlineData("""{"$or":[{"a":{"$gt":null}}]}""", "$or.0.a.$gt")]
    [InlineData("""{"$not":[1]}""", "$not")]
    [InlineData("""{"a":{"$not":1}}""", "a.$not")]
    [InlineData("""{"a":{"$in":"x"}}""", "a.$in")]
    [InlineData("""{"a":{"$exists":1}}""", "a.$exists")]
    [InlineData("""{"a":{"$gt":true}}""", "a.$gt")]
    [InlineData("""{"a":{"$gt":1,"b":2}}""", "a.b")]
    [InlineData("""{"turn":{"gte":3}}""", "turn.gte")]
    [InlineData("""{"user":{"name":"bob"}}""", "user.name")]
    [InlineData("""{"user":{}}""", "user")]
    [InlineData("""{"a":{"$not":{"gt":1}}}""", "a.$not.gt")]
    [InlineData("""{"AND":[{"user_id":"u1"}]}""", "AND")]
    [InlineData("""{"not":{"a":1}}""", "not")]
    [InlineData("""{"$and":[{"or":[{"a":1}]}]}""", "$and.0.or")]
    [InlineData("""{"a":{"$gt":1e999999999999999999}}""", "a.$gt")]
    [InlineData("""{"a":{"$in":{"x":1}}}""", "a.$in")]
    [InlineData("""{"a":{"$nin":3}}""", "a.$nin")]
    [InlineData("""{"importance":"high"}""", "importance")]
    [InlineData("""{"created_at":{"$gt":"yesterday"}}""", "created_at.$gt")]
    [InlineData("""{"coord":"one"}""", "coord")]
    [InlineData("""{"coord":1}""", "coord")]
    [InlineData("""{"coord":{"$in":["1","@"]}}""", "coord.$in.1")]
    [InlineData("""{"id":42}""", "id")]
    [InlineData("""{"id":{"$gt":1}}""", "id.$gt")]
    [InlineData("""{"memory_type":{"$in":["episodic",3]}}""", "memory_type.$in.1")]
    [InlineData("""{"_keywords":"word"}""", "_keywords")]
    [InlineData("""{"":1}""", "")]
    public void A_wrong_filter_is_refused_with_the_path_of_the_fault(string json, string path)
    {
        Assert.False(FilterParser.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Equal(path, error.Path);
        Assert.NotEmpty(error.Message);
    }

    [Theory]
    [InlineData("""{"turn":{"gte":3}}""", "did you mean $gte?")]
    [InlineData("""{"turn":{"$gte":3,"lt":9}}""", "did you mean $lt?")]
    [InlineData("""{"turn":{"in":[3]}}""", "did you mean $in?")]
    [InlineData("""{"turn":{"$exist":true}}""", "did you mean $exists?")]
    [InlineData("""{"turn":{">=":3}}""", "did you mean $gte?")]
    [InlineData("""{"turn":{"$contians":"x"}}""", "did you mean $contains?")]
    [InlineData("""{"AND":[{"a":1}]}""", "did you mean $and?")]
    [InlineData("""{"$ro":[{"a":1}]}""", "Known are $and $or $not")]
    [InlineData("""{"$nor":[{"a":1}]}""", """{"$not":{"$or":[…]}}""")]
    [InlineData("""{"user":{"name":"bob"}}""", "\"user.name\"")]
    [InlineData("""{"user":{"name":"bob"}}""", """{"$eq":{…}}""")]
    public void An_operator_that_is_not_known_is_refused_with_what_to_write(string json, string advice)
    {
        Assert.False(FilterParser.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"turn":{"gte":3}}""")]
    [InlineData("""{"user":{}}""")]
    [InlineData("""{"AND":[{"user_id":"u1"}]}""")]
    public void An_object_without_operators_is_a_value_to_those_who_are_not_strict(string json)
    {
        Assert.True(FilterParser.TryParse(Encoding.UTF8.GetBytes(json), out var filter, out _, isStrict: false));
        Assert.Equal(FilterOperator.Equal, Assert.IsType<FilterCondition>(filter.Root).Operator);
    }

    [Theory]
    [InlineData("""{"and":["x","y"]}""")]
    [InlineData("""{"not":true}""")]
    [InlineData("""{"user":{"$eq":{"name":"bob"}}}""")]
    [InlineData("""{"users":{"$in":[{"name":"bob"}]}}""")]
    public void A_value_that_looks_like_no_filter_is_compared(string json) =>
        Assert.True(FilterParser.TryParse(Encoding.UTF8.GetBytes(json), out _, out _));

    [Fact]
    public void A_filter_on_a_number_that_is_not_exact_is_refused_with_the_way_out()
    {
        Assert.False(FilterParser.TryParse("""{"coord":"7,9007199254740993"}"""u8.ToArray(), out _, out var error));
        Assert.EndsWith("Invalid coord: 9007199254740993 is not exact; use an id", error.Message);
    }

    [Fact]
    public void Depth_conditions_and_size_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"$not\":", 40)) + "{\"a\":1}" + new string('}', 40);
        var wide = "{\"$or\":[" + string.Join(',', Enumerable.Range(0, 300).Select(i => $"{{\"a\":{i}}}")) + "]}";
        var nested = "{\"a\":" + string.Concat(Enumerable.Repeat("{\"$not\":", 40)) + "{\"$gt\":1}" + new string('}', 41);
        var large = $$"""{"a":"{{new string('x', FilterParser.MaxBytes)}}"}""";
        foreach (var json in new[] { deep, wide, nested, large })
        {
            Assert.False(FilterParser.TryParse(Encoding.UTF8.GetBytes(json), out _, out _));
        }
    }

    [Fact]
    public void An_empty_filter_has_no_condition()
    {
        Assert.True(FilterParser.TryParse("{}"u8.ToArray(), out var filter, out _));
        Assert.Null(filter.Root);
    }

    [Fact]
    public void Keyword_hints_are_no_condition()
    {
        Assert.True(FilterParser.TryParse("""{"_keywords":["tea","milk"]}"""u8.ToArray(), out var filter, out _));
        Assert.Null(filter.Root);
        Assert.Equal(["tea", "milk"], filter.Keywords);
    }
}
