namespace Soma.Grains.Embeddings;

/// <summary>The pieces of a BERT vocabulary. They can be looked up by their text without allocating strings.</summary>
public sealed class WordPieceVocabulary
{
    private const string ContinuationPrefix = "##";

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _starts;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuations;

    /// <param name="pieces">One piece per line; its id is the number of the line, counted from 0.</param>
    public WordPieceVocabulary(IEnumerable<string> pieces)
        : this(pieces.Select((piece, id) => KeyValuePair.Create(piece, id)), "[UNK]")
    {
    }

    /// <param name="pieces">The pieces with their ids. A piece that continues a word begins with <c>##</c>.</param>
    /// <param name="unknown">The piece that stands for a word that cannot be put together from pieces.</param>
    /// <exception cref="InvalidDataException"><paramref name="unknown"/> is not among the pieces.</exception>
    public WordPieceVocabulary(IEnumerable<KeyValuePair<string, int>> pieces, string unknown)
    {
        var starts = new Dictionary<string, int>(StringComparer.Ordinal);
        var continuations = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (piece, id) in pieces)
        {
            if (piece.StartsWith(ContinuationPrefix, StringComparison.Ordinal) && piece.Length > ContinuationPrefix.Length)
            {
                continuations[piece[ContinuationPrefix.Length..]] = id;
                LongestPiece = Math.Max(LongestPiece, piece.Length - ContinuationPrefix.Length);
            }
            else
            {
                starts[piece] = id;
                LongestPiece = Math.Max(LongestPiece, piece.Length);
            }

            Count++;
        }

        UnknownId = starts.TryGetValue(unknown, out var unknownId)
            ? unknownId
            : throw new InvalidDataException($"The vocabulary has no {unknown}.");
        _starts = starts.GetAlternateLookup<ReadOnlySpan<char>>();
        _continuations = continuations.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count { get; }

    /// <summary>The id for a word that cannot be put together from pieces.</summary>
    public int UnknownId { get; }

    /// <summary>The length of the longest piece in characters. Longer matches need not be tried.</summary>
    public int LongestPiece { get; }

    public static WordPieceVocabulary Load(string path) => new(File.ReadLines(path));

    /// <summary>Finds a piece at the start of a word, or further in (the vocabulary lists such a piece as <c>##piece</c>).</summary>
    public bool TryFind(ReadOnlySpan<char> piece, bool atStart, out int id) =>
        (atStart ? _starts : _continuations).TryGetValue(piece, out id);
}
