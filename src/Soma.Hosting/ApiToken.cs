namespace Soma.Hosting;

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

    public static bool IsDevelopment(SecretSetting token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.Value == Development;
    }
}
