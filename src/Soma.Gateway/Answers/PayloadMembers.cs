using System.Text.Json;

namespace Soma.Gateway.Answers;

/// <summary>Walks over the members of a payload's top level; their values are the bytes that were stored.</summary>
internal ref struct PayloadMembers
{
    private readonly ReadOnlySpan<byte> _payload;
    private Utf8JsonReader _reader;
    private Utf8JsonReader _name;

    public PayloadMembers(ReadOnlySpan<byte> payload)
    {
        _payload = payload;
        _reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 256 });
        _reader.Read();
    }

    public readonly string Name => _name.GetString() ?? "";

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool MoveNext()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        _name = _reader;
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Value = _payload[start..(int)_reader.BytesConsumed];
        return true;
    }

    /// <summary>The raw value of a member; empty where it is missing or null. Of several, the last counts, as it does to most readers.</summary>
    public static ReadOnlyMemory<byte> Find(byte[] payload, ReadOnlySpan<byte> name)
    {
        ReadOnlyMemory<byte> found = default;
        var members = new PayloadMembers(payload);
        while (members.MoveNext())
        {
            if (members._name.ValueTextEquals(name))
            {
                var end = (int)members._reader.BytesConsumed;
                found = members._reader.TokenType == JsonTokenType.Null ? default : payload.AsMemory()[(end - members.Value.Length)..end];
            }
        }

        return found;
    }
}
