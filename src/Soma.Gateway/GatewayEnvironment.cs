using System.Collections;
using System.Globalization;
using Soma.Grains.Interfaces;

namespace Soma.Gateway;

/// <summary>Reads <see cref="GatewayOptions"/> from environment variables; a blank variable counts as unset.</summary>
public static class GatewayEnvironment
{
    /// <exception cref="InvalidSettingException">A variable is set to something unusable, or the token is missing.</exception>
    public static GatewayOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Read(name => configuration[name]);
    }

    /// <exception cref="InvalidSettingException">A variable is set to something unusable, or the token is missing.</exception>
    public static GatewayOptions Read(IDictionary variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        return Read(name => variables[name] as string);
    }

    private static GatewayOptions Read(Func<string, string?> lookUp)
    {
        string? Value(string name) => lookUp(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
        var defaults = new GatewayOptions { ApiToken = ReadToken(Value) };
        var megabytes = ReadNumber(Value, "SOMA_MAX_REQUEST_BODY_MB", 5);
        return defaults with
        {
            DefaultNamespace = ReadNamespace(Value),
            Patience = TimeSpan.FromSeconds(ReadPositive(Value, "SOMA_REQUEST_TIMEOUT_SECONDS", defaults.Patience.TotalSeconds)),
            MaxBodyBytes = megabytes > 0 ? (long)Math.Min(megabytes * 1024 * 1024, int.MaxValue) : null,
            RateLimit = ReadInteger(Value, "SOMA_RATE_LIMIT_MAX", defaults.RateLimit),
            RateLimitWindow = TimeSpan.FromSeconds(ReadNumber(Value, "SOMA_RATE_LIMIT_WINDOW_SECONDS", 60)),
            FlatMemories = ReadSwitch(Value, "SOMA_FLAT_MEMORIES"),
            CorsOrigins = Value("SOMA_CORS_ORIGINS")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            LogLevel = ReadLogLevel(Value),
        };
    }

    private static string ReadToken(Func<string, string?> value)
    {
        // A mount that is optional may not be there: then the variable counts, as it does in the clients' own deployments.
        if (value("SOMA_API_TOKEN_FILE") is { } path && File.Exists(path))
        {
            var token = ReadFile(path).Trim();
            return token.Length > 0 ? token : throw new InvalidSettingException("SOMA_API_TOKEN_FILE", "the file is empty");
        }

        return value("SOMA_API_TOKEN")
            ?? throw (value("SOMA_API_TOKEN_FILE") is null
                ? new InvalidSettingException("SOMA_API_TOKEN", "not set; set it or SOMA_API_TOKEN_FILE")
                : new InvalidSettingException("SOMA_API_TOKEN_FILE", "no such file, and SOMA_API_TOKEN is not set"));
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidSettingException("SOMA_API_TOKEN_FILE", "the file cannot be read");
        }
    }

    private static string ReadNamespace(Func<string, string?> value)
    {
        foreach (var variable in (ReadOnlySpan<string>)["SOMA_NAMESPACE", "SOMA_MEMORY_NAMESPACE"])
        {
            if (value(variable) is { } name)
            {
                return NamespaceKey.IsValidName(name)
                    ? name
                    : throw new InvalidSettingException(variable, "a namespace is 1–128 characters of A-Z a-z 0-9 . _ : @ -");
            }
        }

        return "default";
    }

    private static double ReadPositive(Func<string, string?> value, string variable, double fallback) =>
        ReadNumber(value, variable, fallback) is var number and > 0
            ? number
            : throw new InvalidSettingException(variable, "must be more than 0");

    private static double ReadNumber(Func<string, string?> value, string variable, double fallback)
    {
        // Bounded so that no setting can overflow a TimeSpan or a byte count.
        const double Largest = 1e9;
        if (value(variable) is not { } text)
        {
            return fallback;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= Largest
            ? number
            : throw new InvalidSettingException(variable, "must be a number");
    }

    private static int ReadInteger(Func<string, string?> value, string variable, int fallback)
    {
        if (value(variable) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidSettingException(variable, "must be a whole number");
    }

    private static bool ReadSwitch(Func<string, string?> value, string variable) => value(variable)?.ToLowerInvariant() switch
    {
        null or "0" or "false" or "no" or "off" => false,
        "1" or "true" or "yes" or "on" => true,
        _ => throw new InvalidSettingException(variable, "must be true or false"),
    };

    private static LogLevel ReadLogLevel(Func<string, string?> value) => value("LOG_LEVEL")?.ToUpperInvariant() switch
    {
        null or "INFO" or "INFORMATION" => LogLevel.Information,
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" or "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" or "FATAL" => LogLevel.Critical,
        _ => throw new InvalidSettingException("LOG_LEVEL", "must be DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    };
}
