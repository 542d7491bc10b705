using System.Text;
using System.Text.Json;
using CsCheck;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Tests.Filtering;

/// <summary>Filters that let every memory pass, whatever it holds: a delete must not take one.</summary>
public sealed class UnconditionalFilterTests
{
    private const int Fields = 6;

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"$or":[{"a":1},{}]}""", true)]
    [InlineData("""{"$and":[{}]}""", true)]
    [InlineData("""{"$and":[{"a":1},{}]}""", false)]
    [InlineData("""{"$not":{"$not":{}}}""", true)]
    [InlineData("""{"$not":{}}""", false)]
    [InlineData("""{"_keywords":["x"]}""", true)]
    [InlineData("""{"_keywords":["x"],"a":1}""", false)]
    [InlineData("""{"a":{"$nin":[]}}""", true)]
    [InlineData("""{"a":{"$in":[]}}""", false)]
    [InlineData("""{"a":{"$not":{"$in":[]}}}""", true)]
    [InlineData("""{"a":{"$exists":true}}""", false)]
    [InlineData("""{"a":{"$exists":false}}""", false)]
    [InlineData("""{"a":{"$ne":1}}""", false)]
    [InlineData("""{"a":{"$contains":""}}""", false)]
    [InlineData("""{"memory_type":{"$exists":true}}""", true)]
    [InlineData("""{"memory_type":{"$in":["episodic","semantic","belief"]}}""", true)]
    [InlineData("""{"memory_type":{"$ne":"nothing"}}""", true)]
    [InlineData("""{"memory_type":{"$ne":"belief"}}""", false)]
    [InlineData("""{"memory_type":{"$gte":"a"}}""", true)]
    [InlineData("""{"memory_type":{"$contains":"i"}}""", true)]
    [InlineData("""{"memory_type":{"$contains":"sem"}}""", false)]
    [InlineData("""{"created_at":{"$exists":true}}""", true)]
    [InlineData("""{"timestamp":{"$exists":true}}""", true)]
    [InlineData("""{"importance":{"$not":{"$contains":1}}}""", true)]
    [InlineData("""{"importance":{"$gte":0}}""", false)]
    [InlineData("""{"coord":{"$contains":""}}""", true)]
    [InlineData("""{"coord":{"$contains":"1"}}""", false)]
    [InlineData("""{"$or":[{"a":1},{"a":{"$ne":1}}]}""", false)]
    public void A_filter_without_a_condition_that_a_memory_can_fail_passes_everything(string filter, bool passesEverything) =>
        Assert.Equal(passesEverything, Parse(filter).PassesEverything);

    // Each condition asks for a field of its own, so what the conditions say is independent: all 64 outcomes are tried.
    [Fact]
    public void A_filter_passes_everything_if_and_only_if_no_memory_fails_it() => FilterOf(3).Sample(
        (shape) =>
        {
            var field = 0;
            var filter = new StringBuilder();
            foreach (var c in shape)
            {
                filter.Append(c == '?' ? $$"""{"f{{field++ % Fields}}":1}""" : c.ToString());
            }

            if (field <= Fields)
            {
                using var conditions = JsonDocument.Parse(filter.ToString());
                var never = Enumerable.Range(0, 1 << Fields).All(outcome => NaiveFilter.Passes(conditions.RootElement, Memory(outcome)));
                Assert.Equal(never, Parse(filter.ToString()).PassesEverything);
            }
        },
        iter: 5_000);

    [Fact]
    public void What_passes_everything_passes_any_payload() => Gen.Select(Documents.Payload, Documents.Filter).Sample(
        (payload, filter) =>
        {
            using var document = JsonDocument.Parse(payload);
            using var conditions = JsonDocument.Parse(filter);
            return !Parse(filter).PassesEverything || NaiveFilter.Passes(conditions.RootElement, document.RootElement);
        },
        iter: 5_000);

    private static Gen<string> FilterOf(int depth) => depth == 0 ? Leaf() : Gen.Frequency(
        (2, Leaf()),
        (2, FilterOf(depth - 1).Array[1, 3].Select(parts => $$"""{"$and":[{{string.Join(',', parts)}}]}""")),
        (2, FilterOf(depth - 1).Array[1, 3].Select(parts => $$"""{"$or":[{{string.Join(',', parts)}}]}""")),
        (2, FilterOf(depth - 1).Select(part => $$"""{"$not":{{part}}}""")));

    private static Gen<string> Leaf() => Gen.Frequency(
        (4, Gen.Const("?")), (2, Gen.Const("{}")), (1, Gen.Const("""{"g":{"$in":[]}}""")), (1, Gen.Const("""{"g":{"$nin":[]}}""")));

    private static JsonElement Memory(int outcome)
    {
        var members = Enumerable.Range(0, Fields).Where(field => (outcome >> field & 1) == 1).Select(field => $"\"f{field}\":1");
        using var document = JsonDocument.Parse("{" + string.Join(',', members) + "}");
        return document.RootElement.Clone();
    }

    private static FilterExpression Parse(string filter)
    {
        Assert.True(FilterParser.TryParse(Encoding.UTF8.GetBytes(filter), out var parsed, out var error, isStrict: false), error?.ToString());
        return parsed;
    }
}
