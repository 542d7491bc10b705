
namespace Soma.Hosting;

/// <summary>The root token, and how a shell on this machine can name it without showing it.</summary>
/// <param name="Value">What callers send as <c>Authorization: Bearer …</c>.</param>
/// <param name="InShell">An expression for use inside double quotes, e.g. <c>$SOMA_API_TOKEN</c>.</param>
public sealed record ApiToken(string Value, string InShell)
{
    /// <summary>What a newcomer gets who set nothing. Everybody knows it, so it is good for loopback only.</summary>
    public const string Development = "devtoken";

    private const string Variable = "SOMA_API_TOKEN";
    private const string FileVariable = "SOMA_API_TOKEN_FILE";

    public bool IsDevelopment => Value == Development;

    /// <summary>
    /// The file wins over the variable. A file that is not there gives way to the variable (mounts may be optional), never
    /// to <see cref="Development"/>, which is for those who set neither.
    /// </summary>
    /// <exception cref="StartupException">The file cannot be read or holds nothing.</exception>
    public static ApiToken Read(SettingsReader settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var value = settings.Text(Variable);
        if (settings.Text(FileVariable) is { } path && (File.Exists(path) || value is null))
        {
            return new ApiToken(ReadFile(path), $"$(cat \"${FileVariable}\")");
        }

        return value is not null ? new ApiToken(value, $"${Variable}") : new ApiToken(Development, Development);
    }

    private static string ReadFile(string path)
    {
        try
        {
            var token = File.ReadAllText(path).Trim();
            return token.Length > 0 ? token : throw new StartupException(ExitCode.TokenFile, $"{FileVariable}: '{path}' is empty.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(ExitCode.TokenFile, $"{FileVariable}: '{path}' cannot be read: {failure.Message}", failure);
        }
    }
}
