namespace Soma.Hosting;

/// <summary>A secret, together with a shell expression that refers to the secret without printing it.</summary>
/// <param name="Value">The secret itself.</param>
/// <param name="InShell">A shell expression for use inside double quotes, e.g. <c>$SOMA_API_TOKEN</c>.</param>
public sealed record SecretSetting(string Value, string InShell)
{
    /// <summary>The file that the secret was read from; null: it was read from a variable.</summary>
    public string? File { get; init; }

    /// <summary>The first line. Of several tokens, clients on this machine use this one.</summary>
    public string First => Lines(Value)[0];

    /// <summary>The lines of a text that are not blank, without the blanks around them.</summary>
    public static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Reads the secret from the file that <c>{variable}_FILE</c> names, else from <paramref name="variable"/>; null
    /// when neither is set. If the file does not exist, the variable is used, because mounts may be optional; if there
    /// is no variable either, the error names the missing file.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be read or is empty.</exception>
    public static SecretSetting? Read(SettingsReader settings, string variable)
    {
        var value = settings.Text(variable);
        var fileVariable = variable + "_FILE";
        if (settings.Text(fileVariable) is { } path && (System.IO.File.Exists(path) || value is null))
        {
            var secret = ReadFile(path, fileVariable);
            var print = Lines(secret).Length > 1 ? "head -n 1" : "cat";
            return new SecretSetting(secret, $"$({print} \"${fileVariable}\")") { File = path };
        }

        return value is null ? null : new SecretSetting(value, $"${variable}");
    }

    private static string ReadFile(string path, string variable)
    {
        try
        {
            var secret = System.IO.File.ReadAllText(path).Trim();
            return secret.Length > 0 ? secret : throw new StartupException(ExitCode.TokenFile, $"{variable}: '{path}' is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(ExitCode.TokenFile, $"{variable}: '{path}' cannot be read: {failure.Message}", failure);
        }
    }
}

/// <summary>The root token of the HTTP service: <c>SOMA_API_TOKEN_FILE</c> or <c>SOMA_API_TOKEN</c>.</summary>
public static class ApiToken
{
    /// <summary>
    /// The token that is used when none is set. It is written in the documentation, so it is accepted on loopback only.
    /// </summary>
    public const string Development = "devtoken";

    /// <exception cref="StartupException">The token file cannot be read or holds nothing.</exception>
    public static SecretSetting Read(SettingsReader settings) =>
        SecretSetting.Read(settings, "SOMA_API_TOKEN") ?? new SecretSetting(Development, Development);

    /// <summary>Whether the development token is among the tokens.</summary>
    public static bool IsDevelopment(SecretSetting token) => SecretSetting.Lines(token.Value).Contains(Development);
}
