using System.Text;
using CsCheck;
using Soma.Gateway.Endpoints;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Requests;

public sealed class MemoryFieldsTests
{
    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static PutMemory ReadMemory(string json, bool ignoresUnknown = false)
    {
        Assert.Null(JsonBody.Read(Encoding.UTF8.GetBytes(json), MemoryFields.Store, new FieldErrors { IgnoresUnknown = ignoresUnknown }, out var form));
        return form!.Command;
    }

    [Fact]
    public void The_payload_is_the_exact_slice_wherever_it_stands()
    {
        var blank = OneOf("", " ", "\n\t", "  ");
        var value = OneOf("1", "-0.0e5", "\"}{\\\"\"", "[[],{}]", "{\"importance\":9}", "null", "\"\\u0000\"");
        Gen.Select(blank, blank, value, blank).Sample((a, b, v, c) =>
        {
            var payload = $"{{{a}\"k\"{b}:{v}{c}}}";
            Assert.Equal(payload, Encoding.UTF8.GetString(ReadMemory($"{{\"x\":{{\"payload\":1}},{b}\"payload\"{c}:{a}{payload}{b},\"coord\":\"1\"}}", ignoresUnknown: true).Payload));
        });
    }

    [Theory]
    [InlineData("""{"payload":{}}""", 1)]
    [InlineData("""{"payload":{"importance":0.25}}""", 0.25)]
    [InlineData("""{"payload":{"importance":"0.25"}}""", 1)]
    [InlineData("""{"payload":{"importance":1e999}}""", 1)]
    [InlineData("""{"payload":{"importance":{"importance":3}}}""", 1)]
    [InlineData("""{"payload":{"a":{"importance":3}}}""", 1)]
    [InlineData("""{"payload":{"a":[{"importance":3}]}}""", 1)]
    [InlineData("""{"payload":{"importance":0.25},"importance":4}""", 4)]
    [InlineData("""{"importance":4,"payload":{"importance":0.25}}""", 4)]
    [InlineData("""{"importance":null,"payload":{"importance":0.25}}""", 0.25)]
    public void Importance_is_the_fields_else_the_payloads_else_one(string json, double importance) =>
        Assert.Equal(importance, ReadMemory(json).Importance);

    [Theory]
    [InlineData("1767323045.678901", 1767323045678901)]
    [InlineData("1767323045", 1767323045000000)]
    [InlineData("\"2026-01-02T03:04:05.678901Z\"", 1767323045678901)]
    [InlineData("\"2026-01-02T04:04:05.678901+01:00\"", 1767323045678901)]
    [InlineData("\"2026-01-02T03:04:05\"", 1767323045000000)]
    [InlineData("\"2026-01-02T03:04:05.678901999Z\"", 1767323045678901)]
    [InlineData("\"2026-01-02T04:04:05.678901234567+01:00\"", 1767323045678901)]
    [InlineData("\"2026-01-02 03:04\"", 1767323040000000)]
    [InlineData("\"2026-01-02\"", 1767312000000000)]
    public void Times_are_iso_or_epoch_seconds(string time, long microseconds) =>
        Assert.Equal(new Instant(microseconds), ReadMemory($$"""{"payload":{},"expires_at":{{time}}}""").Expiry.At);

    [Fact]
    public void Vectors_come_as_numbers_or_base64_under_either_name()
    {
        float[] numbers = [0.5f, -2, 1e-30f];
        var bytes = new byte[12];
        Buffer.BlockCopy(numbers, 0, bytes, 0, 12);
        foreach (var json in new[]
        {
            """{"payload":{},"embedding":[0.5,-2,1e-30]}""",
            """{"payload":{},"vector":[0.5,-2.0,1e-30]}""",
            $$"""{"payload":{},"embedding":"{{Convert.ToBase64String(bytes)}}"}""",
            $$"""{"payload":{},"embedding":null,"vector":"{{Convert.ToBase64String(bytes)}}"}""",
        })
        {
            Assert.Equal(bytes, ReadMemory(json).BroughtVector);
        }
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over_and_the_last_of_equal_keys_counts()
    {
        var json = "\uFEFF" + """{"payload":{"a":1},"ttl_seconds":60,"payload":{"b":2}}""";
        var fields = ReadMemory(json);
        Assert.Equal("""{"b":2}"""u8.ToArray(), fields.Payload);
        Assert.Equal(TimeSpan.FromMinutes(1), fields.Expiry.After);
    }

    [Theory]
    [InlineData("""{"a":"\ud83d\ude00"}""", true)]
    [InlineData("""{"a":"\\ud83d"}""", true)]
    [InlineData("""{"a":"\\\ud83d"}""", false)]
    [InlineData("""{"a":"\uD83D\uDE00\uD83D"}""", false)]
    [InlineData("""{"a":"\ude00"}""", false)]
    [InlineData("""{"a":"\ud83d\ud83d\ude00"}""", false)]
    [InlineData("""{"a":"\u0000"}""", true)]
    public void Escaped_surrogates_come_in_pairs(string json, bool isDecodable) =>
        Assert.Equal(isDecodable, JsonText.IsDecodable(Encoding.UTF8.GetBytes(json)));
}
