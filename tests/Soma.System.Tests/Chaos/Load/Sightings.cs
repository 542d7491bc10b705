using System.Text.Json;
using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>Extracts from an answer which versions of which memories it shows.</summary>
internal static class Sightings
{
    /// <summary>The sighting of a GET.</summary>
    public static (IReadOnlyList<Sighting> Seen, string? Defect) OfGet(string coordinate, Answer answer)
    {
        if (answer.Status == 404)
        {
            return ([new Sighting(coordinate, SightingKind.Absent)], null);
        }

        var memory = answer.Json.GetProperty("memory");
        var seen = Of(memory) with { Version = memory.GetProperty("version").GetInt64() };
        return ([seen], seen.Coordinate != coordinate || answer.ETag != $"\"{seen.Seq}\"" ? $"ETag {answer.ETag} on {answer.Text}" : null);
    }

    /// <summary>The sightings of a list, which must name every memory.</summary>
    public static IReadOnlyList<Sighting> OfList(IReadOnlyList<string> coordinates, Answer answer) =>
        WithAbsent(Hits(answer.Json), coordinates);

    /// <summary>The sightings of a search for the marker of a write whose seq is known.</summary>
    public static IReadOnlyList<Sighting> OfMarker(Sighting written, Answer answer)
    {
        var json = answer.Json;
        var hits = Hits(json);
        return IsDegraded(json) || hits.Contains(written) ? hits : [.. hits, written with { Kind = SightingKind.HoldsOther }];
    }

    /// <summary>The sightings of a search for the word of one memory.</summary>
    public static IReadOnlyList<Sighting> OfSpot(string coordinate, Answer answer)
    {
        var json = answer.Json;
        return IsDegraded(json) ? Hits(json) : WithAbsent(Hits(json), [coordinate]);
    }

    /// <summary>Describes a hit of a keyword search that does not contain the word; null: there is none.</summary>
    public static string? FindStranger(string word, Answer answer) =>
        answer.Json.GetProperty("memories").EnumerateArray()
            .Where(hit => !hit.GetProperty("payload").GetProperty("text").GetString()!.Split(' ').Contains(word))
            .Select(hit => $"a search for '{word}' found {hit}")
            .FirstOrDefault();

    private static bool IsDegraded(JsonElement search) => search.GetProperty("degraded").GetBoolean();

    private static List<Sighting> Hits(JsonElement answer) => [.. answer.GetProperty("memories").EnumerateArray().Select(Of)];

    private static Sighting Of(JsonElement memory) => new(
        memory.GetProperty("coord").GetString()!,
        SightingKind.Holds,
        memory.GetProperty("seq").GetInt64(),
        memory.GetProperty("payload").GetProperty("marker").GetString());

    private static List<Sighting> WithAbsent(List<Sighting> hits, IEnumerable<string> coordinates) =>
        [.. hits, .. coordinates.Except(hits.Select(hit => hit.Coordinate)).Select(missing => new Sighting(missing, SightingKind.Absent))];
}
