namespace Soma;

/// <summary>What a command is given of the process that it runs in.</summary>
/// <param name="Read">Returns the value of an environment variable, or null.</param>
/// <param name="Input">Opens standard input.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record CommandHost(Func<string, string?> Read, Func<Stream> Input, TextWriter Output, TextWriter Errors)
{
    public SettingsReader Settings { get; } = new(Read);

    /// <summary>Whether the output is a terminal that shows colours.</summary>
    public bool HasColours { get; init; }

    /// <summary>How many columns the terminal has; null: the output is no terminal.</summary>
    public int? Columns { get; init; }

    public static CommandHost FromProcess() => new(Environment.GetEnvironmentVariable, Console.OpenStandardInput, Console.Out, Console.Error)
    {
        HasColours = Terminal.HasColours,
        Columns = Terminal.IsOutput && Console.WindowWidth > 0 ? Console.WindowWidth : null,
    };
}
