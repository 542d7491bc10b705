using System.Text.Json;
using System.Text.RegularExpressions;
using k8s;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Documentation;

/// <summary>A value of the chart as <c>values.yaml</c> documents it.</summary>
internal sealed record DocumentedValue(string Path, string Default, string Text);

/// <summary>Reads <c>values.yaml</c> with its <c># --</c> comments.</summary>
internal static partial class ValuesFile
{
    /// <summary>In the file's order.</summary>
    /// <exception cref="FormatException">A value has no comment.</exception>
    public static IReadOnlyList<DocumentedValue> Read()
    {
        var lines = Chart.Read("helm/values.yaml").Split('\n');
        var values = new List<DocumentedValue>();
        var parents = new Stack<(int Indent, string Name)>();
        string? text = null;
        for (var place = 0; place < lines.Length; place++)
        {
            if (Comment().Match(lines[place]) is { Success: true } comment)
            {
                text = comment.Groups["new"].Success ? comment.Groups["text"].Value : text is null ? null : $"{text} {comment.Groups["text"].Value}";
                continue;
            }

            if (Key().Match(lines[place]) is not { Success: true } key)
            {
                text = null;
                continue;
            }

            var indent = key.Groups["indent"].Length;
            while (parents.TryPeek(out var parent) && parent.Indent >= indent)
            {
                parents.Pop();
            }

            var path = string.Join('.', parents.Reverse().Select(parent => parent.Name).Append(key.Groups["name"].Value));
            if (text is not null)
            {
                var block = lines.Skip(place + 1).TakeWhile(line => line.Length > indent && line[..(indent + 1)].Trim() == "").ToArray();
                values.Add(new DocumentedValue(path, DefaultOf(key.Groups["value"].Value, block), text));
                place += block.Length;
                text = null;
            }
            else if (key.Groups["value"].Length > 0)
            {
                throw new FormatException($"{path} has no comment that begins with '# --'.");
            }
            else
            {
                parents.Push((indent, key.Groups["name"].Value));
            }
        }

        return values;
    }

    /// <summary>The table of the README.</summary>
    public static string ToTable(IEnumerable<DocumentedValue> values) => string.Concat(
        values.Select(value => $"| `{value.Path}` | `{value.Default}` | {value.Text} |\n").Prepend("| --- | --- | --- |\n").Prepend("| value | default | meaning |\n"));

    private static string DefaultOf(string value, string[] block) => value.Length > 0
        ? value
        : JsonSerializer.Serialize(KubernetesYaml.Deserialize<object>(string.Join('\n', block)));

    [GeneratedRegex("^ *# (?<new>-- )?(?<text>.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?<indent> *)(?<name>[A-Za-z][A-Za-z0-9]*):\s*(?<value>.*)$")]
    private static partial Regex Key();
}
