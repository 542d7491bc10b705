using System.Text.RegularExpressions;
using Soma.Deploy.Tests.Rendering;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Soma.Deploy.Tests.Rules;

/// <summary>
/// Fields that must hold text are quoted where YAML would read something else. The label <c>instance: 123</c> of a release called 123
/// is a number, and the API server refuses the object. The typed reader of these tests would take it, so this rule reads the YAML.
/// </summary>
internal static partial class TextRules
{
    private static readonly HashSet<string> MapsOfText = ["labels", "matchLabels", "annotations", "nodeSelector", "data", "stringData"];

    private static readonly HashSet<string> ListsOfText = ["command", "args"];

    private static readonly HashSet<string> Texts =
    [
        "name", "generateName", "serviceName", "serviceAccountName", "claimName", "secretName", "key", "image", "imagePullPolicy", "priorityClassName",
        "storageClassName", "ingressClassName", "host", "path", "mountPath", "schedule", "timeZone", "podManagementPolicy", "topologyKey",
    ];

    public static IEnumerable<string> Check(RenderedChart chart)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(chart.Yaml));
        return stream.Documents.SelectMany(document => In(document.RootNode, "")).Distinct();
    }

    private static IEnumerable<string> In(YamlNode node, string parent) => node switch
    {
        YamlMappingNode map => map.Children.SelectMany(pair => Pair(map, $"{pair.Key}", pair.Value, parent)),
        YamlSequenceNode list => list.Children.SelectMany(item => ListsOfText.Contains(parent) ? Judge(parent, item) : In(item, "")),
        _ => [],
    };

    private static IEnumerable<string> Pair(YamlMappingNode map, string key, YamlNode value, string parent)
    {
        var isText = MapsOfText.Contains(parent) || Texts.Contains(key) || (key == "value" && map.Children.ContainsKey("name"));
        return isText && value is YamlScalarNode ? Judge(key, value) : In(value, key);
    }

    private static IEnumerable<string> Judge(string place, YamlNode node)
    {
        if (node is YamlScalarNode { Style: ScalarStyle.Plain, Value: var value } && NoText().IsMatch(value ?? ""))
        {
            yield return $"{place}: {value} is no text in YAML, and must be quoted";
        }
    }

    [GeneratedRegex("^(|~|null|true|false|yes|no|on|off|y|n|[-+]?(0x[0-9a-f]+|0o?[0-7]+|[0-9][0-9_]*(\\.[0-9_]*)?(e[-+]?[0-9]+)?|\\.(inf|nan)))$", RegexOptions.IgnoreCase)]
    private static partial Regex NoText();
}
