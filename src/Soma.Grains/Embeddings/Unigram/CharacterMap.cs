using System.Buffers.Binary;

namespace Soma.Grains.Embeddings.Unigram;

/// <summary>
/// SentencePiece's table of replaced characters (<c>precompiled_charsmap</c>, as a rule NFKC and blanks for white space): the longest
/// beginning of the rest of a text that the table knows is replaced.
/// </summary>
/// <remarks>
/// The table is a little-endian length, a double-array trie (Darts-clone) over UTF-8, and the replacements, each ended by a zero byte.
/// The value of a key is the place of its replacement.
/// </remarks>
internal sealed class CharacterMap
{
    private readonly uint[] _trie;
    private readonly byte[] _replacements;

    /// <exception cref="InvalidDataException">The table is cut off.</exception>
    public CharacterMap(ReadOnlySpan<byte> table)
    {
        if (table.IsEmpty)
        {
            (_trie, _replacements) = ([], []);
            return;
        }

        var length = table.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(table) : uint.MaxValue;
        if (length == 0 || length % 4 != 0 || length > table.Length - 4)
        {
            throw new InvalidDataException("The tokenizer's table of characters (precompiled_charsmap) is cut off.");
        }

        _trie = MemoryMarshal.Cast<byte, uint>(table.Slice(4, (int)length)).ToArray();
        _replacements = table[(4 + (int)length)..].ToArray();
    }

    /// <summary>The text with its characters replaced.</summary>
    public string Apply(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var rest = bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes));
        var replaced = new List<byte>(rest.Length);
        while (!rest.IsEmpty)
        {
            if (TryReplace(rest, out var length, out var replacement))
            {
                replaced.AddRange(replacement);
            }
            else
            {
                Rune.DecodeFromUtf8(rest, out _, out length);
                replaced.AddRange(rest[..length]);
            }

            rest = rest[length..];
        }

        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(replaced));
    }

    private bool TryReplace(ReadOnlySpan<byte> text, out int length, out ReadOnlySpan<byte> replacement)
    {
        length = 0;
        replacement = default;
        if (_trie.Length == 0)
        {
            return false;
        }

        var node = Offset(_trie[0]);
        for (var i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            if (node >= _trie.Length || (_trie[node] & 0x800000FF) != text[i])
            {
                break;
            }

            var hasValue = (_trie[node] & 0x100) != 0;
            node ^= Offset(_trie[node]);
            if (hasValue)
            {
                length = i + 1;
                replacement = _replacements.AsSpan((int)(_trie[node] & 0x7FFFFFFF));
            }
        }

        replacement = length == 0 ? default : replacement[..Math.Max(0, replacement.IndexOf((byte)0))];
        return length > 0;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
