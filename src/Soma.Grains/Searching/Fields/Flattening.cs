using System.Text.Json;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Searching.Fields;

/// <summary>The pass that turns one payload into a <see cref="FieldSet"/>'s pairs.</summary>
internal sealed class Flattening(int maxPairs, int longestText)
{
    public List<FieldSet.Pair> Pairs { get; } = [];

    public bool IsPartial { get; private set; }

    /// <summary>Takes in the value at the reader; an empty path is the payload itself, which no filter names.</summary>
    /// <returns>The value's hash, of which its container makes its own.</returns>
    public long Visit(ref Utf8JsonReader reader, string path, bool isElement)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return VisitObject(ref reader, path, isElement);
            case JsonTokenType.StartArray when !isElement:
                return VisitArray(ref reader, path);
            default:
                // A list in a list counts as one element: filters do not look through two.
                var value = JsonFields.Read(ref reader);
                Add(path, value.Shortened(longestText), isElement);
                return JsonFields.Hash(value);
        }
    }

    private long VisitObject(ref Utf8JsonReader reader, string path, bool isElement)
    {
        var members = new Dictionary<string, long>(StringComparer.Ordinal);
        var place = Pairs.Count;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonFields.ReadText(ref reader);
            reader.Read();
            if (members.ContainsKey(name))
            {
                // Of equal names the last one is the value: what an earlier one left behind must not be found.
                Drop(Join(path, name), place);
            }

            members[name] = Visit(ref reader, PathPool.Share(Join(path, name)), isElement: false);
        }

        var hash = JsonFields.HashMembers(members);
        Add(path, FieldValue.Of(FieldKind.Object, hash), isElement);
        return hash;
    }

    private long VisitArray(ref Utf8JsonReader reader, string path)
    {
        var hash = JsonFields.EmptyArrayHash;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            hash = FieldHash.Combine(hash, Visit(ref reader, path, isElement: true));
        }

        Add(path, FieldValue.Of(FieldKind.Array, hash), isElement: false);
        return hash;
    }

    private void Drop(string path, int from)
    {
        for (var i = Pairs.Count - 1; i >= from; i--)
        {
            var candidate = Pairs[i].Path;
            if (candidate == path || (candidate.StartsWith(path, StringComparison.Ordinal) && candidate[path.Length] == '.'))
            {
                Pairs.RemoveAt(i);
            }
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Add(string path, FieldValue value, bool isElement)
    {
        if (path.Length == 0)
        {
            return;
        }

        if (Pairs.Count < maxPairs)
        {
            Pairs.Add(new FieldSet.Pair(path, value, isElement));
        }
        else
        {
            IsPartial = true;
        }
    }
}
