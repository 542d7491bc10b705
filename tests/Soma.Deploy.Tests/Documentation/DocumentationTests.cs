using System.Text.Json.Nodes;
using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Documentation;

/// <summary>A value is written down in three places: its file, the schema and the README. They say the same.</summary>
public sealed class DocumentationTests
{
    private const string Begin = "<!-- values: written by scripts/deploy/chart.sh readme -->\n";
    private const string End = "<!-- end of values -->";

    private static readonly string Readme = Path.Combine(Chart.Folder, "README.md");

    [Fact]
    public void The_readme_lists_every_value_with_its_default_and_meaning()
    {
        var text = File.ReadAllText(Readme);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        var table = ValuesFile.ToTable(ValuesFile.Read());
        if (Environment.GetEnvironmentVariable("SOMA_WRITE_CHART_README") == "1")
        {
            File.WriteAllText(Readme, text[..begin] + table + text[end..]);
            return;
        }

        Assert.Equal(table, text[begin..end]);
    }

    [Fact]
    public void The_schema_knows_the_values_and_no_others()
    {
        var schema = JsonNode.Parse(Chart.Read("helm/values.schema.json"))!.AsObject();

        Assert.Equal(ValuesFile.Read().Select(value => value.Path).Order(), Leaves(schema, "").Where(path => path != "global").Order());
    }

    [Fact]
    public void Every_object_of_the_schema_is_closed()
    {
        var open = Objects(JsonNode.Parse(Chart.Read("helm/values.schema.json"))!)
            .Where(one => one.ContainsKey("properties") && one["additionalProperties"] is null && one["required"] is null);

        Assert.Empty(open);
    }

    private static IEnumerable<string> Leaves(JsonObject schema, string prefix) => schema["properties"]!.AsObject()
        .SelectMany(property => property.Value!["properties"] is null ? [prefix + property.Key] : Leaves(property.Value.AsObject(), $"{prefix}{property.Key}."));

    private static IEnumerable<JsonObject> Objects(JsonNode node) => node switch
    {
        JsonObject one => one.Select(pair => pair.Value).OfType<JsonNode>().SelectMany(Objects).Prepend(one),
        JsonArray array => array.OfType<JsonNode>().SelectMany(Objects),
        _ => [],
    };
}
