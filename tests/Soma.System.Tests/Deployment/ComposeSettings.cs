using System.Text.RegularExpressions;
using Soma.Testing;

namespace Soma.System.Tests.Deployment;

/// <summary>Reads the variables of <c>.env.template</c>, and where <c>docker-compose.yml</c> uses them.</summary>
internal static partial class ComposeSettings
{
    private static readonly string Root = Repository.Root;

    /// <summary>The name and value of each line of the template.</summary>
    public static IReadOnlyDictionary<string, string> Template { get; } = File.ReadLines(Path.Combine(Root, ".env.template"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('=', 2))
        .ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>The name and default of each <c>${NAME:-default}</c> in the compose file.</summary>
    public static ILookup<string, string> Composed { get; } = Interpolation().Matches(File.ReadAllText(Path.Combine(Root, "docker-compose.yml")))
        .ToLookup(match => match.Groups["name"].Value, match => match.Groups["default"].Value);

    /// <summary>The variables that a container of silo or gateway gets under the same name.</summary>
    public static IReadOnlySet<string> PassedOn { get; } = Passing().Matches(File.ReadAllText(Path.Combine(Root, "docker-compose.yml")))
        .Select(match => match.Groups["name"].Value)
        .ToHashSet();

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z0-9_]+)(:?-(?<default>[^}]*))?\}")]
    private static partial Regex Interpolation();

    [GeneratedRegex(@"^ +(?<name>[A-Z0-9_]+): ""?\$\{\k<name>", RegexOptions.Multiline)]
    private static partial Regex Passing();
}
