namespace Soma.Grains.Embeddings.Unicode;

/// <summary>The canonical decompositions and combining classes of Unicode, read from the resource <c>canonical.txt</c>.</summary>
internal sealed class CanonicalData
{
    private readonly Dictionary<int, int[]> _decompositions = [];
    private readonly Dictionary<long, int> _compositions = [];
    private readonly Dictionary<int, byte> _classes = [];

    // One bit for each code point of the basic plane that normalising may change or move.
    private readonly ulong[] _active = new ulong[0x10000 / 64];

    private CanonicalData()
    {
    }

    public static CanonicalData Read()
    {
        var data = new CanonicalData();
        using var stream = typeof(CanonicalData).Assembly.GetManifestResourceStream("canonical.txt")
            ?? throw new InvalidOperationException("The resource canonical.txt is missing.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            foreach (var entry in line.StartsWith('#') ? [] : line.Split(' '))
            {
                data.Add(entry);
            }
        }

        data.Complete();
        return data;
    }

    public bool IsInert(int codePoint) => codePoint < 0x10000
        ? (_active[codePoint >> 6] & (1UL << (codePoint & 63))) == 0
        : !_decompositions.ContainsKey(codePoint) && !_classes.ContainsKey(codePoint) && !_seconds.Contains(codePoint);

    public int ClassOf(int codePoint) => codePoint >= 0x300 && _classes.TryGetValue(codePoint, out var found) ? found : 0;

    public bool TryDecompose(int codePoint, out int[] parts) => _decompositions.TryGetValue(codePoint, out parts!);

    public bool TryCompose(int first, int second, out int composed) => _compositions.TryGetValue(((long)first << 32) | (uint)second, out composed);

    private readonly HashSet<int> _seconds = [];

    // Entries are "00C0=0041+0300" (a letter that is also composed), "0340>0300" (one that is not), and "0300-0314:230" (classes).
    private void Add(string entry)
    {
        var at = entry.IndexOfAny(['=', '>', ':']);
        if (entry[at] == ':')
        {
            var range = entry[..at].Split('-');
            for (var i = Hex(range[0]); i <= Hex(range[^1]); i++)
            {
                _classes[i] = byte.Parse(entry.AsSpan(at + 1), CultureInfo.InvariantCulture);
                Activate(i);
            }

            return;
        }

        int[] parts = [.. entry[(at + 1)..].Split('+').Select(Hex)];
        var letter = Hex(entry[..at]);
        _decompositions[letter] = parts;
        Activate(letter);
        if (entry[at] == '=')
        {
            _compositions[((long)parts[0] << 32) | (uint)parts[1]] = letter;
            _seconds.Add(parts[1]);
            Activate(parts[1]);
        }
    }

    // The vowels and tails of Hangul compose with what stands before them. Decompositions are listed by one step, so they are taken apart here.
    private void Complete()
    {
        for (var i = 0x1161; i < 0x11C3; i++)
        {
            Activate(i);
        }

        foreach (var letter in _decompositions.Keys.ToArray())
        {
            _decompositions[letter] = [.. Whole(letter)];
        }
    }

    private IEnumerable<int> Whole(int codePoint) =>
        _decompositions.TryGetValue(codePoint, out var parts) ? parts.SelectMany(Whole) : [codePoint];

    private void Activate(int codePoint)
    {
        if (codePoint < 0x10000)
        {
            _active[codePoint >> 6] |= 1UL << (codePoint & 63);
        }
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
