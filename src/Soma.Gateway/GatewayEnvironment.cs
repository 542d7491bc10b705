using Soma.Grains.Interfaces;
using Soma.Hosting;

namespace Soma.Gateway;

/// <summary>Reads <see cref="GatewayOptions"/> from environment variables; a blank variable counts as unset.</summary>
public static class GatewayEnvironment
{
    // Bounded so that no setting can overflow a TimeSpan or a byte count.
    private const double Largest = 1e9;
    private const double Megabyte = 1024 * 1024;
    private const double LargestBodyMegabytes = 1024;
    private const double LargestAnswerMegabytes = 1024 * 1024;

    /// <param name="settings">The process's environment.</param>
    /// <param name="apiToken">The root token, which the host has read.</param>
    /// <exception cref="InvalidSettingException">A variable is set to something unusable.</exception>
    public static GatewayOptions Read(SettingsReader settings, string apiToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
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
            FlatMemories = ReadSwitch(settings, "SOMA_FLAT_MEMORIES"),
            IgnoreUnknownFields = settings.Text("SOMA_UNKNOWN_FIELDS")?.ToLowerInvariant() switch
            {
                null or "refuse" => false,
                "ignore" => true,
                _ => throw new InvalidSettingException("SOMA_UNKNOWN_FIELDS", "must be refuse or ignore."),
            },
            CorsOrigins = settings.Text("SOMA_CORS_ORIGINS")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
        };
    }

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

    private static bool ReadSwitch(SettingsReader settings, string variable) => settings.Text(variable)?.ToLowerInvariant() switch
    {
        null or "0" or "false" or "no" or "off" => false,
        "1" or "true" or "yes" or "on" => true,
        _ => throw new InvalidSettingException(variable, "must be true or false."),
    };
}
