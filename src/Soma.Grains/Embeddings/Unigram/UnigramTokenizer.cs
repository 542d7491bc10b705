namespace Soma.Grains.Embeddings.Unigram;

/// <summary>
/// SentencePiece's unigram tokenizer: each word, with <c>▁</c> before it, is cut into the pieces whose probabilities have the largest
/// product (Kudo, 2018; Viterbi's algorithm).
/// </summary>
/// <remarks>
/// It is Soma's own, because the models' folders have either of two files and one library reads only one of them, and because a wrong
/// id makes a wrong vector that nobody would notice: both files are tested against the ids of SentencePiece itself.
/// </remarks>
internal sealed class UnigramTokenizer(UnigramPieces vocabulary) : IPieceTokenizer
{
    private const char WordMark = '\u2581';

    // What SentencePiece takes off the least score of all pieces for a letter that no piece has.
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, (int Id, float Score)>.AlternateLookup<ReadOnlySpan<char>> _pieces =
        new Dictionary<string, (int, float)>(vocabulary.Pieces, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly int _longest = vocabulary.Pieces.Keys.Max(piece => piece.Length);
    private readonly double _unknownScore = vocabulary.Pieces.Values.Min(piece => piece.Score) - UnknownPenalty;

    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        var count = 0;
        foreach (var word in vocabulary.Characters.Apply(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (count == ids.Length)
            {
                break;
            }

            count += Cut(WordMark + word, ids[count..]);
        }

        return count;
    }

    private int Cut(string word, Span<int> ids)
    {
        // For each place in the word: the best score of a cutting that ends there, and its last piece.
        var best = new (double Score, int Start, int Id)[word.Length + 1];
        Array.Fill(best, (double.NegativeInfinity, 0, 0), 1, word.Length);
        for (var start = 0; start < word.Length; start++)
        {
            if (best[start].Score != double.NegativeInfinity)
            {
                Extend(word, start, best);
            }
        }

        return Collect(best, ids);
    }

    private void Extend(string word, int start, (double Score, int Start, int Id)[] best)
    {
        var letter = char.IsHighSurrogate(word[start]) && start + 1 < word.Length ? 2 : 1;
        var isKnown = false;
        for (var length = letter; length <= Math.Min(_longest, word.Length - start); length++)
        {
            if (_pieces.TryGetValue(word.AsSpan(start, length), out var piece))
            {
                isKnown |= length == letter;
                Offer(start, length, piece.Score, piece.Id);
            }
        }

        if (!isKnown)
        {
            Offer(start, letter, _unknownScore, vocabulary.UnknownId);
        }

        void Offer(int from, int length, double score, int id)
        {
            if (best[from].Score + score > best[from + length].Score)
            {
                best[from + length] = (best[from].Score + score, from, id);
            }
        }
    }

    // Neighbouring unknown letters are one token.
    private int Collect((double Score, int Start, int Id)[] best, Span<int> ids)
    {
        var pieces = new Stack<int>();
        for (var end = best.Length - 1; end > 0; end = best[end].Start)
        {
            if (best[end].Id != vocabulary.UnknownId || !pieces.TryPeek(out var next) || next != vocabulary.UnknownId)
            {
                pieces.Push(best[end].Id);
            }
        }

        var count = 0;
        while (count < ids.Length && pieces.TryPop(out var id))
        {
            ids[count++] = id;
        }

        return count;
    }
}
