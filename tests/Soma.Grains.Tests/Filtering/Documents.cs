using CsCheck;

namespace Soma.Grains.Tests.Filtering;

/// <summary>Small payloads and filters over few keys and values, so that they often meet.</summary>
internal static class Documents
{
    private static readonly Gen<string> Key = Gen.OneOf("a", "b", "c");

    // Some of them no double tells apart, and some are one number written in two ways.
    private static readonly Gen<string> Number = Gen.OneOf(
        "1", "1.0", "2", "-1.5", "1e0", "0.1", "1E-1", "0.1000000000000000055", "9007199254740992", "9007199254740993", "9007199254740993.0", "-9007199254740993",
        "18446744073709551614", "18446744073709551615", "18446744073709551615e0", "1e400", "10e399", "1e-400");

    private static readonly Gen<string> Scalar = Gen.Frequency(
        (2, Gen.OneOf("\"x\"", "\"xy\"", "\"y\"", "true", "false", "null", "\"1\"")), (1, Gen.OneOf("1", "2")), (1, Number));

    private static readonly Gen<string> Value = ValueOf(3);

    private static readonly Gen<string> Path = Gen.OneOf(
        Key, Gen.Select(Key, Key, (first, second) => $"{first}.{second}"), Gen.Select(Key, Key, Key, (one, two, three) => $"{one}.{two}.{three}"));

    public static Gen<string> Payload { get; } = ObjectOf(Value);

    public static Gen<string> Filter { get; } = FilterOf(2);

    private static Gen<string> ValueOf(int depth) => depth == 0 ? Scalar : Gen.Frequency(
        (4, Scalar), (2, ValueOf(depth - 1).Array[0, 3].Select(values => $"[{string.Join(',', values)}]")), (2, ObjectOf(ValueOf(depth - 1))));

    private static Gen<string> ObjectOf(Gen<string> value) => Gen.Select(Key, value).Array[0, 3].Select(members =>
        "{" + string.Join(',', members.DistinctBy(member => member.Item1).Select(member => $"\"{member.Item1}\":{member.Item2}")) + "}");

    private static Gen<string> FilterOf(int depth) => depth == 0 ? Condition() : Gen.Frequency(
        (4, Condition()),
        (1, FilterOf(depth - 1).Array[1, 3].Select(parts => $$"""{"$and":[{{string.Join(',', parts)}}]}""")),
        (1, FilterOf(depth - 1).Array[1, 3].Select(parts => $$"""{"$or":[{{string.Join(',', parts)}}]}""")),
        (1, FilterOf(depth - 1).Select(part => $$"""{"$not":{{part}}}""")));

    private static Gen<string> Condition() => Gen.Select(Path, Test()).Select((path, test) => $$"""{"{{path}}":{{test}}}""");

    private static Gen<string> Test() => Gen.OneOf(
        Value,
        Gen.Select(Gen.OneOf("$eq", "$ne", "$contains"), Value, (name, value) => $$"""{"{{name}}":{{value}}}"""),
        Gen.Select(Gen.OneOf("$gt", "$gte", "$lt", "$lte"), Gen.OneOf(Gen.OneOf("1", "0.5", "\"x\"", "\"xx\""), Number), (name, value) => $$"""{"{{name}}":{{value}}}"""),
        Gen.Select(Gen.OneOf("$in", "$nin"), Value.Array[0, 3], (name, values) => $$"""{"{{name}}":[{{string.Join(',', values)}}]}"""),
        Gen.Select(Gen.Bool, Value, (exists, value) => $$$"""{"$exists":{{{(exists ? "true" : "false")}}},"$not":{"$eq":{{{value}}}}}"""));
}
