using System.Globalization;
using System.Net;

namespace Soma.Hosting;

/// <summary>Reads settings from environment variables, and names the variable that holds something impossible.</summary>
/// <remarks>
/// A blank value counts as unset: Compose files and charts pass <c>NAME=</c> for what nobody chose. Values are not quoted
/// in messages, since the same message would print a password.
/// </remarks>
/// <param name="read">The value of a variable, or null; <see cref="Environment.GetEnvironmentVariable(string)"/> in a process.</param>
public sealed class SettingsReader(Func<string, string?> read)
{
    public static SettingsReader FromProcess() => new(Environment.GetEnvironmentVariable);

    public string? Text(string variable) => read(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>The value with the blanks around it, where those are part of it.</summary>
    public string? Verbatim(string variable) => read(variable) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <exception cref="InvalidSettingException">Not a whole number, or outside the range.</exception>
    public int WholeNumber(string variable, int otherwise, int smallest, int largest) =>
        Text(variable) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest ? value
        : throw new InvalidSettingException(variable, $"must be a whole number from {smallest} to {largest}.");

    /// <exception cref="InvalidSettingException">Not a number, or outside the range.</exception>
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

    /// <summary>An IP address of this machine; <c>localhost</c> is IPv4's loopback.</summary>
    /// <exception cref="InvalidSettingException">Neither.</exception>
    public IPAddress Address(string variable, IPAddress otherwise) => Text(variable) switch
    {
        null => otherwise,
        "localhost" => IPAddress.Loopback,
        { } text when IPAddress.TryParse(text, out var address) => address,
        _ => throw new InvalidSettingException(variable, "must be an IP address of this machine, 0.0.0.0 for all, or localhost."),
    };
}
