namespace Soma.Gateway.Requests;

/// <summary>What a refusal says of a field that nobody knows: what was probably meant, or what to do instead.</summary>
internal static class UnknownFields
{
    private const int LongestShown = 64;

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

    /// <summary>The known name that holds the given one or begins it, else the one that the fewest changes of letters lead to.</summary>
    private static string? Nearest(string name, IReadOnlyList<string> known)
    {
        const int ShortestPart = 3;
        if (name.Length >= ShortestPart && known.FirstOrDefault(field => field.Contains(name, StringComparison.OrdinalIgnoreCase)) is { } longer)
        {
            return longer;
        }

        var mostChanges = Math.Clamp(name.Length / 3, 1, 3);
        return name.Length > LongestShown ? null : known
            .Select(field => (Field: field, Changes: Distance(name, field)))
            .Where(candidate => candidate.Changes <= mostChanges)
            .OrderBy(candidate => candidate.Changes)
            .Select(candidate => candidate.Field)
            .FirstOrDefault();
    }

    /// <summary>The Levenshtein distance: the fewest letters to put in, leave out or replace.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
