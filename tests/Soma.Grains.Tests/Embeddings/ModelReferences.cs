using System.Text.Json;

namespace Soma.Grains.Tests.Embeddings;

/// <summary>The texts that come with a model, each with the ids and the vector that the model's own code makes of it.</summary>
internal static class ModelReferences
{
    public static TheoryData<string, int[], float[]> Of(string folder)
    {
        var data = new TheoryData<string, int[], float[]>();
        foreach (var line in File.ReadLines(Path.Combine(folder, "reference.jsonl")))
        {
            var reference = JsonDocument.Parse(line).RootElement;
            data.Add(
                reference.GetProperty("text").GetString()!,
                [.. reference.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
                [.. reference.GetProperty("vector").EnumerateArray().Select(x => x.GetSingle())]);
        }

        return data;
    }
}
