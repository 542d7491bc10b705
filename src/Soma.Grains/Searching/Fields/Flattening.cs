namespace Soma.Grains.Searching.Fields;

/// <summary>Reads one payload in one pass into the pairs of a <see cref="FieldSet"/>'s pairs.</summary>
internal sealed class Flattening(int maxPairs, int longestText)
{
    public List<FieldSet.Pair> Pairs { get; } = [];

    public bool IsPartial { get; private set; }

    /// <summary>Adds the value at the reader. An empty path stands for the payload itself, which no filter can name.</summary>
    /// <returns>The hash of the value, which becomes part of its container's hash.</returns>
    public long Visit(ref Utf8JsonReader reader, string path, bool isElement)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return VisitObject(ref reader, path, isElement);
            case JsonTokenType.StartArray when !isElement:
                return VisitArray(ref reader, path);
            default:
                // A list in a list is one element, because filters look into one level of lists only.
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
                // Of members with equal names the last one counts, so the pairs of an earlier one are removed.
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
        if (path.Length > 0 && Pairs.Count < maxPairs)
        {
            Pairs.Add(new FieldSet.Pair(path, value, isElement));
        }
        else if (path.Length > 0)
        {
            IsPartial = true;
        }
    }
}
