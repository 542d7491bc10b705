using System.Globalization;
using System.Net;

namespace Soma.Hosting;

/// <summary>
/// Reads settings from environment variables. An error names the variable whose value is not allowed.
/// </summary>
/// <remarks>
/// A blank value counts as unset, because Compose files and Helm charts pass <c>NAME=</c> for settings that nobody
/// chose. Error messages never quote a value, because the value may be a password.
/// </remarks>
/// <param name="read">Returns the value of a variable, or null. A process passes <see
/// cref="Environment.GetEnvironmentVariable(string)"/>.</param>
public sealed class SettingsReader(Func<string, string?> read)
{
    public static SettingsReader FromProcess() => new(Environment.GetEnvironmentVariable);

    public string? Text(string variable) => read(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>
    /// Returns the value without trimming it, for settings in which leading or trailing blanks matter.
    /// </summary>
    public string? Verbatim(string variable) => read(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <exception cref="InvalidSettingException">The value is not a whole number, or is outside the range.</exception>
    public int WholeNumber(string variable, int otherwise, int smallest, int largest) =>
        Text(variable) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest ? value
        : throw new InvalidSettingException(variable, $"must be a whole number from {smallest} to {largest}.");

    /// <exception cref="InvalidSettingException">The value is not a number, or is outside the range.</exception>
    public double Number(string variable, double otherwise, double smallest, double largest) =>
        Text(variable) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest ? value
        : throw new InvalidSettingException(variable, string.Create(CultureInfo.InvariantCulture, $"must be a number from {smallest} to {largest}."));

    /// <exception cref="InvalidSettingException">Neither yes nor no.</exception>
    public bool Flag(string variable, bool otherwise) => Text(variable)?.ToUpperInvariant() switch
    {
        null => otherwise,
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => throw new InvalidSettingException(variable, "must be true or false."),
    };

    /// <summary>Reads an IP address of this machine; <c>localhost</c> means 127.0.0.1.</summary>
    /// <exception cref="InvalidSettingException">The value is neither an IP address nor <c>localhost</c>.</exception>
    public IPAddress Address(string variable, IPAddress otherwise) => Text(variable) switch
    {
        null => otherwise,
        "localhost" => IPAddress.Loopback,
        { } text when IPAddress.TryParse(text, out var address) => address,
        _ => throw new InvalidSettingException(variable, "must be an IP address of this machine, 0.0.0.0 for all, or localhost."),
    };
}
