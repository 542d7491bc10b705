using System.CommandLine;
using System.CommandLine.Parsing;
using Soma.Grains.Interfaces.Filtering;

namespace Soma;

/// <summary>Says what is wrong with a command line, one line for each error, without the help.</summary>
internal static class UsageErrors
{
    /// <summary>
    /// A word that looks like an option and was taken for an argument, because arguments may be any text: a misspelt option must not be stored as
    /// a memory. Null: there is none. Behind <c>--</c> every word is an argument.
    /// </summary>
    public static string? FindUnknownOption(ParseResult parsed) => parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
        .Where(token => token.Type == TokenType.Argument && token.Value is ['-', '-', _, ..] or ['-', >= 'A' and <= 'Z' or >= 'a' and <= 'z', ..])
        .Select(token => token.Value).FirstOrDefault();

    public static async Task<int> WriteAsync(ParseResult parsed, TextWriter errors)
    {
        var unknown = FindUnknownOption(parsed) ?? parsed.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-')) ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null);
        var lines = unknown is null ? parsed.Errors.Select(error => error.Message).Distinct() : [Describe(parsed, unknown)];
        foreach (var line in lines)
        {
            await errors.WriteLineAsync($"soma: {line}");
        }

        return (int)ExitCode.Usage;
    }

    private static string Describe(ParseResult parsed, string unknown)
    {
        var isOption = unknown.StartsWith('-');
        var command = parsed.CommandResult.Command;
        var name = unknown.Split('=', 2)[0];
        var known = isOption
            ? command.Options.SelectMany(option => (string[])[option.Name, .. option.Aliases]).Where(other => other.StartsWith("--", StringComparison.Ordinal))
            : command.Subcommands.Select(sub => sub.Name);
        // NearestName judges short names by their length, and the dashes of an option are none of it.
        var nearest = NearestName.Of(name.TrimStart('-'), known.Select(other => other.TrimStart('-')));
        var whole = $"{PathOf(command)} --help";
        return $"unknown {(isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument")} {name}; "
            + (nearest is null ? $"{whole} lists what there is." : $"did you mean {(isOption ? "--" : "")}{nearest}?");
    }

    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "soma";
}
