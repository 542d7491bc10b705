namespace Soma.Gateway;

/// <summary>Reads <see cref="GatewayOptions"/> from environment variables; a blank variable counts as unset.</summary>
public static class GatewayEnvironment
{
    // The largest value of a setting, so that none can overflow a TimeSpan or a byte count.
    private const double Largest = 1e9;
    private const double Megabyte = 1024 * 1024;
    private const double LargestBodyMegabytes = 1024;
    private const double LargestAnswerMegabytes = 1024 * 1024;

    /// <param name="settings">The process's environment.</param>
    /// <param name="apiToken">The root token. The host has read it already.</param>
    /// <exception cref="InvalidSettingException">A variable holds a value that is not allowed.</exception>
    public static GatewayOptions Read(SettingsReader settings, string apiToken)
    {
        var defaults = new GatewayOptions { ApiToken = apiToken };
        var megabytes = settings.Number("SOMA_MAX_REQUEST_BODY_MB", 5, -Largest, LargestBodyMegabytes);
        return defaults with
        {
            DefaultNamespace = ReadNamespace(settings),
            RequestTimeout = TimeSpan.FromSeconds(settings.Number("SOMA_REQUEST_TIMEOUT_SECONDS", defaults.RequestTimeout.TotalSeconds, 0.1, 600)),
            MaxBodyBytes = megabytes > 0 ? (long)(megabytes * Megabyte) : null,
            AnswerMemoryBytes = (long)(settings.Number("SOMA_ANSWER_MEMORY_MB", defaults.AnswerMemoryBytes / Megabyte, 1, LargestAnswerMegabytes) * Megabyte),
            RateLimit = settings.WholeNumber("SOMA_RATE_LIMIT_MAX", defaults.RateLimit, int.MinValue, int.MaxValue),
            RateLimitWindow = TimeSpan.FromSeconds(settings.Number("SOMA_RATE_LIMIT_WINDOW_SECONDS", 60, -Largest, Largest)),
            FlatMemories = settings.Flag("SOMA_FLAT_MEMORIES", otherwise: false),
            IgnoreUnknownFields = settings.Text("SOMA_UNKNOWN_FIELDS")?.ToLowerInvariant() switch
            {
                null or "refuse" => false,
                "ignore" => true,
                _ => throw new InvalidSettingException("SOMA_UNKNOWN_FIELDS", "must be refuse or ignore."),
            },
            CorsOrigins = ReadList(settings, "SOMA_CORS_ORIGINS"),
            McpHosts = ReadList(settings, "SOMA_MCP_HOSTS"),
            Facades = ReadFacades(settings, defaults.Facades),
            Mem0RefusesInference = settings.Text("SOMA_MEM0_INFER")?.ToLowerInvariant() switch
            {
                null or "store" => false,
                "refuse" => true,
                _ => throw new InvalidSettingException("SOMA_MEM0_INFER", "must be store or refuse."),
            },
            ServesExplorer = settings.Text("SOMA_UI")?.ToLowerInvariant() switch
            {
                null or "on" => true,
                "off" => false,
                _ => throw new InvalidSettingException("SOMA_UI", "must be on or off."),
            },
            LangGraphPerLabel = settings.Text("SOMA_LANGGRAPH_NAMESPACE")?.ToLowerInvariant() switch
            {
                null or "one" => false,
                "per-label" => true,
                _ => throw new InvalidSettingException("SOMA_LANGGRAPH_NAMESPACE", "must be one or per-label."),
            },
            Jwt = JwtOptions.Read(settings),
        };
    }

    private static Facades ReadFacades(SettingsReader settings, Facades otherwise)
    {
        if (settings.Text("SOMA_FACADES") is null)
        {
            return otherwise;
        }

        var facades = Facades.None;
        foreach (var name in ReadList(settings, "SOMA_FACADES"))
        {
            facades |= name.ToLowerInvariant() switch
            {
                "mem0" => Facades.Mem0,
                "langgraph" => Facades.LangGraph,
                "none" => Facades.None,
                _ => throw new InvalidSettingException("SOMA_FACADES", "must be a list of mem0 and langgraph with commas between them, or none."),
            };
        }

        return facades;
    }

    private static string[] ReadList(SettingsReader settings, string variable) =>
        settings.Text(variable)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string ReadNamespace(SettingsReader settings)
    {
        foreach (var variable in (ReadOnlySpan<string>)["SOMA_NAMESPACE", "SOMA_MEMORY_NAMESPACE"])
        {
            if (settings.Text(variable) is { } name)
            {
                return NamespaceKey.IsValidName(name)
                    ? name
                    : throw new InvalidSettingException(variable, "must be 1–128 characters of A-Z a-z 0-9 . _ : @ -.");
            }
        }

        return "default";
    }
}
