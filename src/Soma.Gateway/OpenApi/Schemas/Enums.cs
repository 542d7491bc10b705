using System.Text.Json.Serialization;

namespace Soma.Gateway.OpenApi.Schemas;

[JsonConverter(typeof(JsonStringEnumConverter<Mode>))]
internal enum Mode
{
    [JsonStringEnumMemberName("hybrid")]
    Hybrid,

    [JsonStringEnumMemberName("vector")]
    Vector,

    [JsonStringEnumMemberName("keyword")]
    Keyword,
}

[JsonConverter(typeof(JsonStringEnumConverter<Order>))]
internal enum Order
{
    [JsonStringEnumMemberName("seq")]
    Seq,

    [JsonStringEnumMemberName("created")]
    Created,

    [JsonStringEnumMemberName("importance")]
    Importance,
}

[JsonConverter(typeof(JsonStringEnumConverter<Direction>))]
internal enum Direction
{
    [JsonStringEnumMemberName("out")]
    Out,

    [JsonStringEnumMemberName("in")]
    In,

    [JsonStringEnumMemberName("both")]
    Both,
}

[JsonConverter(typeof(JsonStringEnumConverter<Included>))]
internal enum Included
{
    [JsonStringEnumMemberName("payload")]
    Payload,

    [JsonStringEnumMemberName("embedding")]
    Embedding,
}
