using System.Globalization;
using Soma.Bench.Load;

namespace Soma.Bench.Drills;

/// <summary>The data of the restore drill. The same numbers always give the same memories, links and changes.</summary>
internal sealed record DrillPlan(int Namespaces, int Memories)
{
    /// <summary>How many searches are compared in each namespace.</summary>
    public const int Searches = 5;

    private const int Width = 50;

    public int PerNamespace => Math.Max(1, Memories / Namespaces);

    public static DrillPlan Read(BenchArguments arguments) =>
        new(arguments.Number("--namespaces", 200, 2_000), arguments.Number("--memories", 100_000, 1_000_000));

    public static string Space(int number) => string.Create(CultureInfo.InvariantCulture, $"drill-{number:D4}");

    public static string Coordinate(int memory) => string.Create(CultureInfo.InvariantCulture, $"{memory / Width},{memory % Width}");

    /// <summary>
    /// The body of one memory. Every seventh contains white space that a JSON parser would drop, every thirtieth a
    /// vector of its own.
    /// </summary>
    public static string Memory(int space, int memory, int version)
    {
        var seed = (((space * 100_003) + memory) * 7) + version;
        var payload = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"text":"{{BenchWords.Sentence(seed, 24)}}","speaker":"{{BenchWords.Sentence(seed + 1, 1)}}","session_id":"s{{memory / 20}}","n":{{seed}}.50,"v":{{version}} }""");
        var vector = memory % 30 == 0 ? ",\"embedding\":[0.25,-1,0.5,0.125]" : "";
        return $$"""{"coord":"{{Coordinate(memory)}}","payload":{{(memory % 7 == 0 ? "{\n  \"padded\" : true,\n  " + payload[1..] : payload)}}{{vector}} }""";
    }

    public static string Query(int space, int number) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"query":"{{BenchWords.Sentence((space * 31) + number, 4)}}","top_k":10,"exact":true}""");
}
