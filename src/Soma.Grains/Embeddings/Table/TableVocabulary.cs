using System.Runtime.CompilerServices;

namespace Soma.Grains.Embeddings.Table;

/// <summary>The pieces of the table: the row of a piece is the number of its line in <c>vocab.txt</c>, counted from 0.</summary>
/// <remarks>
/// The first rows are English, the others those of other languages; a piece may have a row among both. The pieces stay in the
/// mapped file. Beside it there are two hash tables of row numbers and the places of the lines, 1.9 MB together: a dictionary of
/// strings would hold five times as much, and take longer to fill than the service takes to start. Look-ups allocate nothing.
/// </remarks>
internal sealed unsafe class TableVocabulary
{
    /// <summary>How many rows are English: the pieces of BERT's uncased vocabulary.</summary>
    public const int EnglishRows = 30_522;

    /// <summary>The hash of no letters, from which the hash of a piece begins.</summary>
    public const uint StartHash = 2_166_136_261;

    private const int RowBits = 17;
    private const uint RowMask = (1 << RowBits) - 1;
    private const int EnglishBits = 16;
    private const int OtherBits = 18;
    private const int HashBits = 20;
    private const int FirstBits = 14;

    private readonly byte* _text;
    private readonly int[] _starts;

    // A slot holds a row plus 1 in its lower bits, and above them a part of the hash, by which most other pieces are told apart
    // without a look at their letters. 0 is an empty slot.
    private readonly uint[] _english = new uint[1 << EnglishBits];
    private readonly uint[] _others = new uint[1 << OtherBits];

    // A bit for each hash that a piece has. It fits a processor's cache, which the tables do not, and most sequences of letters are no piece.
    private readonly ulong[] _hashes = new ulong[1 << (HashBits - 6)];

    // How many letters the longest piece has, by the hash of its first letter.
    private readonly byte[] _longest = new byte[1 << FirstBits];

    private TableVocabulary(ReadOnlySpan<byte> text)
    {
        _text = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(text));
        Count = text.Count((byte)'\n');
        _starts = new int[Count + 1];
    }

    /// <summary>The hash of <c>##</c>, from which the hash of a piece within a word begins.</summary>
    public static uint ContinuationHash { get; } = AddToHash(AddToHash(StartHash, '#'), '#');

    public int Count { get; }

    /// <exception cref="InvalidDataException">The file has too few lines, or too many.</exception>
    public static TableVocabulary Load(string path)
    {
        var vocabulary = new TableVocabulary(MappedFile.Open(path));
        if (vocabulary.Count is < EnglishRows or >= (int)RowMask)
        {
            throw new InvalidDataException($"'{path}' holds {vocabulary.Count} pieces, which is not the table's vocabulary.");
        }

        vocabulary.Fill();
        return vocabulary;
    }

    public static uint AddToHash(uint hash, int codePoint) => (hash ^ (uint)codePoint) * 16_777_619;

    /// <summary>Whether some piece may have this hash, English or not; false for nine of ten sequences of letters that are no piece.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MayHave(uint hash)
    {
        var bit = SlotOf(hash, HashBits);
        return (_hashes[bit >> 6] & (1UL << bit)) != 0;
    }

    /// <summary>No piece that begins with this letter has more letters.</summary>
    /// <param name="hash">The hash of the letter, from <see cref="StartHash"/> or <see cref="ContinuationHash"/>.</param>
    public int LongestFrom(uint hash) => _longest[SlotOf(hash, FirstBits)];

    /// <summary>The English row of a piece, or −1.</summary>
    /// <param name="letters">The piece without <c>##</c>.</param>
    /// <param name="continues">Whether it stands within a word.</param>
    /// <param name="hash">The hash of the letters, from <see cref="StartHash"/> or <see cref="ContinuationHash"/>.</param>
    public int FindEnglish(ReadOnlySpan<int> letters, bool continues, uint hash) => Find(_english, EnglishBits, letters, continues, hash);

    /// <summary>The row of a piece among those of the other languages, or −1; as <see cref="FindEnglish"/>.</summary>
    public int FindOther(ReadOnlySpan<int> letters, bool continues, uint hash) => Find(_others, OtherBits, letters, continues, hash);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill()
    {
        var at = 0;
        for (var row = 0; row < Count; row++)
        {
            _starts[row] = at;
            var (hash, first, letters) = (StartHash, 0u, 0);
            while (_text[at] != '\n')
            {
                hash = AddToHash(hash, ReadCodePoint(ref at));
                letters++;
                // A piece may stand within a word only if it begins with ##, and then its letters begin behind that.
                if (hash == ContinuationHash && _text[at] != '\n')
                {
                    letters = 0;
                }

                first = letters == 1 ? hash : first;
            }

            at++;
            ref var longest = ref _longest[SlotOf(first, FirstBits)];
            longest = (byte)Math.Max(longest, Math.Min(letters, byte.MaxValue));
            var (slots, bits) = row < EnglishRows ? (_english, EnglishBits) : (_others, OtherBits);
            var slot = SlotOf(hash, bits);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = (hash << RowBits) | (uint)(row + 1);
            var bit = SlotOf(hash, HashBits);
            _hashes[bit >> 6] |= 1UL << bit;
        }

        _starts[Count] = at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(uint[] slots, int bits, ReadOnlySpan<int> letters, bool continues, uint hash)
    {
        for (var slot = SlotOf(hash, bits); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            if (slots[slot] >> RowBits == (hash << RowBits) >> RowBits && Is((int)(slots[slot] & RowMask) - 1, letters, continues))
            {
                return (int)(slots[slot] & RowMask) - 1;
            }
        }

        return -1;
    }

    private static int SlotOf(uint hash, int bits) => (int)((hash * 0x9E3779B1) >> (32 - bits));

    private bool Is(int row, ReadOnlySpan<int> letters, bool continues)
    {
        var (at, end) = (_starts[row], _starts[row + 1] - 1);
        if (continues && (end - at <= 2 || _text[at++] != '#' || _text[at++] != '#'))
        {
            return false;
        }

        foreach (var letter in letters)
        {
            if (at >= end || ReadCodePoint(ref at) != letter)
            {
                return false;
            }
        }

        return at == end;
    }

    // The file is the product's own and holds well-formed UTF-8.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadCodePoint(ref int at)
    {
        int first = _text[at++];
        if (first < 0x80)
        {
            return first;
        }

        var (more, codePoint) = first >= 0xF0 ? (3, first & 7) : first >= 0xE0 ? (2, first & 15) : (1, first & 31);
        for (; more > 0; more--)
        {
            codePoint = (codePoint << 6) | (_text[at++] & 0x3F);
        }

        return codePoint;
    }
}
