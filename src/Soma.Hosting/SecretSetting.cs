namespace Soma.Hosting;

/// <summary>A secret, and how a shell on this machine can name it without showing it.</summary>
/// <param name="Value">The secret itself.</param>
/// <param name="InShell">An expression for use inside double quotes, e.g. <c>$SOMA_API_TOKEN</c>.</param>
public sealed record SecretSetting(string Value, string InShell)
{
    /// <summary>
    /// Reads <c>{variable}_FILE</c>, which wins, or <paramref name="variable"/>. A file that is not there gives way to the
    /// variable, since mounts may be optional, but is named where there is no variable either. Null: neither is set.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be read or holds nothing.</exception>
    public static SecretSetting? Read(SettingsReader settings, string variable)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var value = settings.Text(variable);
        var fileVariable = variable + "_FILE";
        if (settings.Text(fileVariable) is { } path && (File.Exists(path) || value is null))
        {
            return new SecretSetting(ReadFile(path, fileVariable), $"$(cat \"${fileVariable}\")");
        }

        return value is null ? null : new SecretSetting(value, $"${variable}");
    }

    private static string ReadFile(string path, string variable)
    {
        try
        {
            var secret = File.ReadAllText(path).Trim();
            return secret.Length > 0 ? secret : throw new StartupException(ExitCode.TokenFile, $"{variable}: '{path}' is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(ExitCode.TokenFile, $"{variable}: '{path}' cannot be read: {failure.Message}", failure);
        }
    }
}
