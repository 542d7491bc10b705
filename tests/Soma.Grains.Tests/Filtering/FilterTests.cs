using System.Text;
using System.Text.Json;
using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Filtering;
using Soma.Grains.Searching.Fields;

namespace Soma.Grains.Tests.Filtering;

public sealed class FilterTests
{
    private const string Payload = """
        {"name":"Ann","age":41,"big":9007199254740993,"score":1.0,"ok":true,"gone":null,"tags":["red","green",3],
         "pet":{"kind":"cat","legs":4},"trips":[{"to":"Rome","days":3},{"to":"Oslo","days":9}],"a.b":"dotted","importance":9,"when":"2026-05-01"}
        """;

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"name":"Ann"}""", true)]
    [InlineData("""{"name":"ann"}""", false)]
    [InlineData("""{"age":41.0}""", true)]
    [InlineData("""{"score":1}""", true)]
    [InlineData("""{"big":9007199254740993}""", true)]
    [InlineData("""{"big":9007199254740992}""", false)]
    [InlineData("""{"big":9007199254740994}""", false)]
    [InlineData("""{"big":{"$gt":9007199254740992,"$lt":9007199254740994}}""", true)]
    [InlineData("""{"big":9.007199254740993e15}""", true)]
    [InlineData("""{"big":9007199254740995}""", false)]
    [InlineData("""{"ok":1}""", false)]
    [InlineData("""{"ok":true}""", true)]
    [InlineData("""{"gone":null}""", true)]
    [InlineData("""{"missing":null}""", false)]
    [InlineData("""{"missing":{"$ne":1}}""", true)]
    [InlineData("""{"missing":{"$nin":[1]}}""", true)]
    [InlineData("""{"missing":{"$exists":false}}""", true)]
    [InlineData("""{"gone":{"$exists":true}}""", true)]
    [InlineData("""{"tags":"red"}""", true)]
    [InlineData("""{"tags":3}""", true)]
    [InlineData("""{"tags":["red","green",3.0]}""", true)]
    [InlineData("""{"tags":["green","red",3]}""", false)]
    [InlineData("""{"tags":{"$ne":"red"}}""", false)]
    [InlineData("""{"tags":{"$contains":"green"}}""", true)]
    [InlineData("""{"tags":{"$contains":"gre"}}""", false)]
    [InlineData("""{"name":{"$contains":"nn"}}""", true)]
    [InlineData("""{"pet":{"legs":4,"kind":"cat"}}""", true)]
    [InlineData("""{"pet":{"kind":"cat"}}""", false)]
    [InlineData("""{"pet.kind":"cat"}""", true)]
    [InlineData("""{"trips.to":"Oslo"}""", true)]
    [InlineData("""{"trips.days":{"$gt":8}}""", true)]
    [InlineData("""{"trips.days":{"$gt":9}}""", false)]
    [InlineData("""{"trips":{"to":"Rome","days":3}}""", true)]
    [InlineData("""{"a.b":"dotted"}""", true)]
    [InlineData("""{"age":{"$gte":41,"$lt":42}}""", true)]
    [InlineData("""{"age":{"$not":{"$gt":40}}}""", false)]
    [InlineData("""{"name":{"$gt":"Al"}}""", true)]
    [InlineData("""{"name":{"$gt":3}}""", false)]
    [InlineData("""{"$or":[{"name":"Bob"},{"age":41}]}""", true)]
    [InlineData("""{"$and":[{"name":"Ann"},{"age":40}]}""", false)]
    [InlineData("""{"$not":{"name":"Ann"}}""", false)]
    [InlineData("""{"name":{"$in":["Bob","Ann"]}}""", true)]
    [InlineData("""{"name":{"$in":[]}}""", false)]
    [InlineData("""{"_keywords":["nothing"],"name":"Ann"}""", true)]
    [InlineData("""{"importance":2}""", true)]
    [InlineData("""{"payload.importance":9}""", true)]
    [InlineData("""{"memory_type":"semantic"}""", true)]
    [InlineData("""{"memory_type":{"$ne":"semantic"}}""", false)]
    [InlineData("""{"coord":"1,2"}""", true)]
    [InlineData("""{"coord":{"$gt":"1,1.5"}}""", true)]
    [InlineData("""{"coord":{"$gt":"1,10"}}""", false)]
    [InlineData("""{"coord":{"$exists":true}}""", true)]
    [InlineData("""{"created_at":{"$gte":"2023-11-14T22:13:20Z"}}""", true)]
    [InlineData("""{"created_at":{"$gt":1700000000}}""", false)]
    [InlineData("""{"created_at":1700000000}""", true)]
    [InlineData("""{"updated_at":{"$lt":"2026-01-01"}}""", true)]
    [InlineData("""{"timestamp":{"$lte":"2023-11-14T22:13:20Z"}}""", true)]
    [InlineData("""{"timestamp":1700000000}""", true)]
    public void A_filter_passes_what_it_says(string filter, bool passes) => Assert.Equal(passes, Passes(filter, Payload));

    [Theory]
    [InlineData("@b", """{"coord":"@b"}""", true)]
    [InlineData("@b", """{"coord":{"$in":["1","@b"]}}""", true)]
    [InlineData("@b", """{"coord":{"$ne":"@b"}}""", false)]
    [InlineData("@b", """{"coord":{"$gt":"@a"}}""", true)]
    [InlineData("@b", """{"coord":{"$gt":"1"}}""", false)]
    [InlineData("@b", """{"coord":{"$lte":"1"}}""", false)]
    [InlineData("@1,2", """{"coord":"1,2"}""", false)]
    [InlineData("@b", """{"id":"b"}""", true)]
    [InlineData("@b", """{"id":"@b"}""", false)]
    [InlineData("@b", """{"id":{"$in":["a","b"]}}""", true)]
    [InlineData("@user-42/7", """{"id":{"$contains":"42/"}}""", true)]
    [InlineData("@b", """{"id":{"$gte":"b","$lt":"c"}}""", true)]
    [InlineData("@b", """{"id":{"$exists":true}}""", true)]
    [InlineData("1.0", """{"id":{"$exists":true}}""", false)]
    [InlineData("1.0", """{"id":"1.0"}""", false)]
    [InlineData("1.0", """{"id":{"$ne":"b"}}""", true)]
    [InlineData("1.0", """{"coord":"1"}""", true)]
    [InlineData("1.0", """{"coord":{"$lt":"@b"}}""", false)]
    [InlineData("@b", """{"payload.id":"p"}""", true)]
    public void A_filter_on_a_key_knows_both_kinds(string key, string filter, bool passes)
    {
        var fields = FieldSet.OfWhole("""{"id":"p"}"""u8);
        Assert.Equal(passes ? FilterVerdict.Yes : FilterVerdict.No, Verdict(filter, fields, Coordinate.FromCanonical(key)));
    }

    [Theory]
    [InlineData("""{"timestamp":5}""", """{"timestamp":5}""", true)]
    [InlineData("""{"timestamp":1704092400000}""", """{"timestamp":{"$gte":"2024-01-01T00:00:00Z","$lt":"2024-01-02T00:00:00Z"}}""", true)]
    [InlineData("""{"timestamp":1704092400000}""", """{"timestamp":{"$gte":1704067200,"$lt":1704153600}}""", true)]
    [InlineData("""{"timestamp":"2024-01-01T07:00:00Z"}""", """{"timestamp":1704092400000}""", true)]
    [InlineData("""{"sent_at":"2026-03-01T12:00:00+05:00"}""", """{"sent_at":"2026-03-01T07:00:00Z"}""", true)]
    [InlineData("""{"sent_at":"2026-03-01T12:00:00+05:00"}""", """{"sent_at":{"$in":["2020-01-01","2026-03-01T02:00:00-05:00"]}}""", true)]
    [InlineData("""{"sent_at":"2026-03-01T07:00:00-05:00"}""", """{"sent_at":{"$lt":"2026-03-01T08:00:00Z"}}""", false)]
    [InlineData("""{"sent_at":"2026-03-01T12:00:00+05:00"}""", """{"sent_at":{"$ne":"2026-03-01T07:00:00Z"}}""", false)]
    [InlineData("""{"log":{"at":["2026-03-01T12:00:00+05:00"]}}""", """{"log.at":{"$contains":"2026-03-01T07:00:00Z"}}""", true)]
    [InlineData("""{"sent_at":"20260301T070000Z"}""", """{"sent_at":"2026-03-01T07:00:00Z"}""", true)]
    [InlineData("""{"sent_at":"20260301T1200+0500"}""", """{"sent_at":"2026-03-01T07:00:00Z"}""", true)]
    [InlineData("""{"sent_at":"2026-03-01T07:00:00.25Z"}""", """{"sent_at":{"$gt":"20260301T070000Z","$lte":"20260301T070000.250Z"}}""", true)]
    [InlineData("""{"sent_at":"20260301"}""", """{"sent_at":"2026-03-01"}""", false)]
    [InlineData("""{"sent_at":"20260301T07"}""", """{"sent_at":"20260301T0700"}""", false)]
    [InlineData("""{"sent_at":"20261301T070000Z"}""", """{"sent_at":"20261301T070000Z"}""", true)]
    [InlineData("""{"sent_at":1772348400}""", """{"sent_at":"2026-03-01T07:00:00Z"}""", false)]
    [InlineData("""{"created_at":"2015-07-23T22:44:08-07:00"}""", """{"payload.created_at":{"$lte":"2020-01-01T00:00:00Z"}}""", true)]
    [InlineData("""{"timestamp":1700000000}""", """{"timestamp":{"$gte":"2023-11-14T22:13:20Z"}}""", true)]
    [InlineData("""{"timestamp":"2023-11-14T22:13:21Z"}""", """{"timestamp":{"$gt":1700000000}}""", true)]
    [InlineData("""{"timestamp":"2023-11-14T22:13:20+00:00"}""", """{"timestamp":"2023-11-14T22:13:20Z"}""", true)]
    [InlineData("""{"timestamp":"monday"}""", """{"timestamp":"monday"}""", true)]
    [InlineData("""{"x":1,"x":2}""", """{"x":1}""", false)]
    [InlineData("""{"x":{"y":1},"x":3}""", """{"x.y":1}""", false)]
    [InlineData("""{"x":[[1,2],{"y":[5]}]}""", """{"x":[1,2]}""", true)]
    [InlineData("""{"x":[[1,2]]}""", """{"x":1}""", false)]
    public void A_payload_field_is_read_as_its_own_kind(string payload, string filter, bool passes) =>
        Assert.Equal(passes, Passes(filter, payload));

    [Theory]
    [InlineData("""{"t":{"$contains":"needle"}}""", FilterVerdict.NeedsRow, true)]
    [InlineData("""{"t":{"$gt":"a"}}""", FilterVerdict.NeedsRow, true)]
    [InlineData("""{"t":"short"}""", FilterVerdict.No, false)]
    [InlineData("""{"t":{"$exists":true}}""", FilterVerdict.Yes, true)]
    [InlineData("""{"$or":[{"t":{"$contains":"needle"}},{"n":1}]}""", FilterVerdict.Yes, true)]
    [InlineData("""{"$and":[{"t":{"$contains":"needle"}},{"n":2}]}""", FilterVerdict.No, false)]
    [InlineData("""{"t":{"$not":{"$contains":"nail"}}}""", FilterVerdict.NeedsRow, true)]
    public void A_long_text_is_compared_by_hash_and_searched_in_its_row(string filter, FilterVerdict bounded, bool passes)
    {
        var payload = $$"""{"t":"{{new string('x', 600)}} needle","n":1}""";
        Assert.Equal(bounded, Verdict(filter, FieldSet.Of(Encoding.UTF8.GetBytes(payload))));
        Assert.Equal(passes, Passes(filter, payload));
    }

    [Fact]
    public void A_long_text_equals_itself_without_its_row()
    {
        var text = new string('x', 600);
        Assert.Equal(FilterVerdict.Yes, Verdict($$"""{"t":"{{text}}"}""", FieldSet.Of(Encoding.UTF8.GetBytes($$"""{"t":"{{text}}"}"""))));
        Assert.Equal(FilterVerdict.No, Verdict($$"""{"t":"{{text}}y"}""", FieldSet.Of(Encoding.UTF8.GetBytes($$"""{"t":"{{text}}"}"""))));
    }

    [Fact]
    public void A_wide_payload_is_decided_by_its_row()
    {
        var payload = Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"k{i}\":{i}")) + "}");
        Assert.Equal(FilterVerdict.Yes, Verdict("""{"k3":3}""", FieldSet.Of(payload)));
        Assert.Equal(FilterVerdict.NeedsRow, Verdict("""{"k499":499}""", FieldSet.Of(payload)));
        Assert.Equal(FilterVerdict.Yes, Verdict("""{"k499":499}""", FieldSet.OfWhole(payload)));
    }

    [Fact]
    public void Any_filter_on_any_payload_agrees_with_walking_the_document() =>
        Gen.Select(Documents.Payload, Documents.Filter).Sample(
            (payload, filter) =>
            {
                using var document = JsonDocument.Parse(payload);
                using var conditions = JsonDocument.Parse(filter);
                return NaiveFilter.Passes(conditions.RootElement, document.RootElement) == Passes(filter, payload);
            },
            iter: 5_000);

    private static bool Passes(string filter, string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        var verdict = Verdict(filter, FieldSet.Of(bytes));
        return (verdict == FilterVerdict.NeedsRow ? Verdict(filter, FieldSet.OfWhole(bytes)) : verdict) == FilterVerdict.Yes;
    }

    private static FilterVerdict Verdict(string filter, FieldSet fields) => Verdict(filter, fields, Coordinate.FromCanonical("1.0,2.0"));

    private static FilterVerdict Verdict(string filter, FieldSet fields, Coordinate coordinate)
    {
        Assert.True(FilterParser.TryParse(Encoding.UTF8.GetBytes(filter), out var parsed, out var error, isStrict: false), error?.ToString());
        return parsed.Evaluate(new MemorySubject
        {
            Record = new RecordFields(
                coordinate, MemoryType.Semantic, 2, new Instant(1_700_000_000_000_000), new Instant(1_700_000_001_000_000)),
            Fields = fields,
        });
    }
}
