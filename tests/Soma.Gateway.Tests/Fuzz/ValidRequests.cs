using System.Globalization;
using System.Text;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>Requests that the service accepts, over a few coordinates so that they meet: the ground that mutations start from.</summary>
internal static class ValidRequests
{
    private static readonly string[] Words = ["harbour", "violin", "tax", "garden", "Ærø", "snow", "東京", "lamp", "O'Neill", "🜁"];
    private static readonly string[] Types = ["episodic", "semantic", "belief"];
    private static readonly string[] Open = ["/stats", "/health", "/healthz", "/readyz", "/ping", "/", "/metrics", "/openapi.json", "/nowhere", "/memories/x/y"];

    public static FuzzRequest Next(Random random) => random.Next(20) switch
    {
        0 or 1 or 2 or 3 => Post("/memories", Memory(random, withCoordinate: random.Next(10) > 0)),
        4 => Post("/memories/batch", $$"""{"items":[{{string.Join(',', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Memory(random, true)))}}]}"""),
        5 or 6 => Send(HttpMethod.Patch, $"/memories/{Coordinate(random)}", $$$"""{"payload":{"mood":"{{{Word(random)}}}","topic":null},"importance":{{{Number(random)}}}}"""),
        7 or 8 => Bare(HttpMethod.Delete, $"/memories/{Coordinate(random)}"),
        9 or 10 => Bare(HttpMethod.Get, $"/memories/{Coordinate(random)}"),
        11 => Bare(HttpMethod.Get, $"/memories?limit={random.Next(1, 50)}&order={Pick(random, "seq", "created", "importance")}&desc={Pick(random, "true", "false")}"),
        12 => Post("/memories/delete", Delete(random)),
        13 or 14 => Post("/memories/search", Search(random)),
        15 => Bare(HttpMethod.Get, $"/memories/search?query={Uri.EscapeDataString(Word(random))}&top_k=5&filters={Uri.EscapeDataString(Filter(random))}"),
        16 => Post("/graph/link", Link(random)),
        17 => Send(HttpMethod.Delete, "/graph/link", LinkKeys(random)),
        18 => Bare(HttpMethod.Get, Graph(random)),
        _ => Bare(HttpMethod.Get, Pick(random, Open)),
    };

    /// <summary>Numeric equals written in many ways.</summary>
    public static string Coordinate(Random random)
    {
        var (x, y) = (random.Next(6), random.Next(6));
        return random.Next(4) switch
        {
            0 => $"{x},{y}",
            1 => $"{x}.0,%20{y}.0",
            2 => $"{x}e0,,{y}",
            _ => $"{x}.00,{y}.5",
        };
    }

    private static string Memory(Random random, bool withCoordinate)
    {
        var text = new StringBuilder("{");
        if (withCoordinate)
        {
            text.Append(CultureInfo.InvariantCulture, $"\"coord\":\"{Uri.UnescapeDataString(Coordinate(random))}\",");
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            "payload":{"text":"{{Word(random)}} and {{Word(random)}}","topic":"{{Word(random)}}","n":{{Number(random)}},"tags":["a",{"b":null}]},"memory_type":"{{Pick(random, Types)}}"
            """);
        // The header names a tenant too, and wins; in a batch the difference is an error, so items go without.
        return text.Append(random.Next(6) switch
        {
            0 => $",\"importance\":{Number(random)}",
            1 => $",\"embedding\":[{Number(random)},{Number(random)},{Number(random)},1]",
            2 => ",\"text\":\"told apart\"",
            3 => ",\"ttl_seconds\":3600",
            4 when !withCoordinate => ",\"tenant_id\":\"somebody-else\"",
            _ => "",
        }).Append('}').ToString();
    }

    private static string Search(Random random) => $$"""
        {"query":"{{Word(random)}} {{Word(random)}}","top_k":{{random.Next(1, 30)}},"offset":{{random.Next(3)}},"mode":"{{Pick(random, "hybrid", "keyword", "vector")}}","filters":{{Filter(random)}},"min_score":0,"explain":{{Pick(random, "true", "false")}},"include":["payload"]}
        """;

    private static string Filter(Random random) => random.Next(6) switch
    {
        0 => "{}",
        1 => $$"""{"topic":"{{Word(random)}}"}""",
        2 => $$"""{"n":{"$gte":{{Number(random)}},"$lt":100} }""",
        3 => $$"""{"$or":[{"topic":"{{Word(random)}}"},{"$not":{"n":{"$in":[1,2,3]} } }]}""",
        4 => $$"""{"tags":{"$contains":"a"},"_keywords":["{{Word(random)}}"]}""",
        _ => """{"memory_type":"semantic","importance":{"$exists":true}}""",
    };

    private static string Delete(Random random) => random.Next(3) switch
    {
        0 => $$"""{"coords":["{{random.Next(6)}},{{random.Next(6)}}","{{random.Next(6)}},{{random.Next(6)}}.5"]}""",
        1 => $$"""{"filters":{"topic":"{{Word(random)}}"},"dry_run":true}""",
        _ => $$"""{"filters":{"topic":"{{Word(random)}}","memory_type":"belief"} }""",
    };

    private static string Link(Random random)
    {
        var (from, to) = ($"{random.Next(6)},{random.Next(6)}", $"{random.Next(6)},{random.Next(6)}");
        return $$"""
            {"from_coord":"{{from}}","to_coord":"{{to}}","link_type":"{{Pick(random, "related", "next", "因")}}","strength":{{Number(random)}},"metadata":{"w":{{Number(random)}} } }
            """;
    }

    private static string LinkKeys(Random random) => $$"""
        {"from_coord":"{{random.Next(6)}},{{random.Next(6)}}","to_coord":"{{random.Next(6)}},{{random.Next(6)}}","link_type":"{{Pick(random, "related", "next", "因")}}"}
        """;

    private static string Graph(Random random) => random.Next(2) == 0
        ? $"/graph/neighbors?coord={Coordinate(random)}&k_hop={random.Next(1, 6)}&limit=10&direction={Pick(random, "out", "in", "both")}"
        : $"/graph/path?from_coord={Coordinate(random)}&to_coord={Coordinate(random)}&max_length=10&weighted={Pick(random, "true", "false")}";

    private static string Word(Random random) => Pick(random, Words);

    private static string Number(Random random) => (random.Next(200) / 16.0).ToString(CultureInfo.InvariantCulture);

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static FuzzRequest Bare(HttpMethod method, string target) => new() { Method = method, Target = target };

    private static FuzzRequest Post(string target, string body) => Send(HttpMethod.Post, target, body);

    private static FuzzRequest Send(HttpMethod method, string target, string body) =>
        new() { Method = method, Target = target, Body = Encoding.UTF8.GetBytes(body) };
}
