using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>Reads the <c>--name value</c> pairs of a command.</summary>
public sealed class BenchArguments(string[] arguments)
{
    public string? Text(string name)
    {
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    /// <summary>
    /// The given number, or <paramref name="otherwise"/>; never more than <paramref name="largest"/>, so that a typing
    /// error does not overload the machine.
    /// </summary>
    public int Number(string name, int otherwise, int largest) =>
        int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Clamp(number, 1, largest) : otherwise;
}
