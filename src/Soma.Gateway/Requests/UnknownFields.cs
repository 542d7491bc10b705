using Soma.Grains.Interfaces.Filtering;

namespace Soma.Gateway.Requests;

/// <summary>What a refusal says of a field that nobody knows: what was probably meant, or what to do instead.</summary>
internal static class UnknownFields
{
    private const int LongestShown = 64;
    private const int ShortestPart = 3;

    public static string Describe(string name, IReadOnlyList<string> known)
    {
        var shown = name.Length <= LongestShown ? name : name[..LongestShown] + "…";
        return $"{shown} is not a field of this request: {Advise(name, known)}";
    }

    private static string Advise(string name, IReadOnlyList<string> known) => name switch
    {
        "user_id" or "agent_id" or "run_id" or "session_id" => Owner(name, known),
        "metadata" when known.Contains("payload") => "put it into payload, where filters find it",
        "metadata" when known.Contains("filters") => $$"""ask for it with filters, e.g. "filters":{"{{name}}.key":"value"}""",
        "created_at" or "updated_at" when known.Contains("payload") =>
            $"the service keeps {name} itself; a time of your own goes into payload, e.g. as payload.timestamp",
        _ when Nearest(name, known) is { } nearest => $"did you mean {nearest}?",
        _ when known.Count == 0 => "it has none",
        _ => $"it has {string.Join(", ", known)}",
    };

    private static string Owner(string name, IReadOnlyList<string> known)
    {
        var field = known.Contains("payload") ? "put it into payload, where filters find it"
            : known.Contains("filters") ? $$"""ask for it with filters, e.g. "filters":{"{{name}}":"…"}"""
            : "no field takes its place";
        return $"{field}; or give each its own namespace (X-Soma-Namespace)";
    }

    /// <summary>The known name that holds the given one, else the one that the fewest changes of letters lead to.</summary>
    private static string? Nearest(string name, IReadOnlyList<string> known) => name.Length switch
    {
        > LongestShown => null,
        >= ShortestPart when known.FirstOrDefault(field => field.Contains(name, StringComparison.OrdinalIgnoreCase)) is { } longer => longer,
        _ => NearestName.Of(name, known),
    };
}
