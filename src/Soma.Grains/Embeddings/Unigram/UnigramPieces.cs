using Soma.Grains.Embeddings.Onnx;

namespace Soma.Grains.Embeddings.Unigram;

/// <summary>The pieces of a unigram tokenizer of XLM-R's kind, read from either of the files that model folders have.</summary>
/// <param name="Pieces">Id and score (the logarithm of the probability) of each piece that texts may be cut into.</param>
/// <param name="UnknownId">The id of letters that no piece has.</param>
/// <param name="Characters">The characters that are replaced before.</param>
internal sealed record UnigramPieces(IReadOnlyDictionary<string, (int Id, float Score)> Pieces, int UnknownId, CharacterMap Characters)
{
    /// <summary>The first and the last token of a text, <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>.</summary>
    public required (int First, int Last) Ends { get; init; }

    /// <summary>Reads a <c>tokenizer.json</c> of type Unigram.</summary>
    /// <exception cref="InvalidDataException">It normalises or splits in a way that Soma does not know.</exception>
    public static UnigramPieces Read(JsonElement tokenizer, string first, string last)
    {
        var model = tokenizer.Member("model") ?? default;
        if (model.Member("vocab") is not { ValueKind: JsonValueKind.Array } vocabulary || model.Member("unk_id") is not { ValueKind: JsonValueKind.Number } unknown)
        {
            throw new InvalidDataException("The folder's tokenizer.json is of type Unigram, but has no list of pieces or no unk_id.");
        }

        var all = vocabulary.EnumerateArray().Select((piece, id) => (Text: piece[0].GetString() ?? "", Id: id, Score: piece[1].GetSingle())).ToArray();
        var special = (tokenizer.Member("added_tokens") is { ValueKind: JsonValueKind.Array } added ? added.EnumerateArray() : [])
            .Where(token => token.Flag("special") == true).Select(token => token.Text("content")).ToHashSet();
        return new UnigramPieces(
            ToDictionary(all.Where(piece => !special.Contains(piece.Text) && piece.Id != unknown.GetInt32())), unknown.GetInt32(),
            new CharacterMap(TokenizerSteps.CharactersOf(tokenizer)))
        {
            Ends = (IdOf(first), IdOf(last)),
        };

        int IdOf(string name) => Array.FindIndex(all, piece => piece.Text == name) is var id and >= 0
            ? id
            : throw new InvalidDataException($"The tokenizer has no {name}.");
    }

    /// <summary>Reads a <c>sentencepiece.bpe.model</c>, and numbers its pieces as XLM-R does: <c>&lt;s&gt;</c> 0, <c>&lt;/s&gt;</c> 2, unknown 3, the others one further on.</summary>
    /// <exception cref="InvalidDataException">It is no SentencePiece model of type unigram.</exception>
    public static UnigramPieces Read(ReadOnlySpan<byte> file)
    {
        const int Unigram = 1;
        const int FirstPiece = 3;
        var model = SentencePieceFile.Read(file);
        if (model.Type != Unigram)
        {
            throw new InvalidDataException("The folder's sentencepiece.bpe.model is not of type unigram.");
        }

        return new UnigramPieces(
            ToDictionary(model.Pieces.Select((piece, index) => (piece.Text, Id: index + 1, piece.Score, piece.IsPlain)).Skip(FirstPiece)
                .Where(piece => piece.IsPlain).Select(piece => (piece.Text, piece.Id, piece.Score))),
            UnknownId: 3, new CharacterMap(model.Characters))
        {
            Ends = (0, 2),
        };
    }

    private static Dictionary<string, (int Id, float Score)> ToDictionary(IEnumerable<(string Text, int Id, float Score)> pieces)
    {
        var found = new Dictionary<string, (int, float)>(StringComparer.Ordinal);
        foreach (var (text, id, score) in pieces)
        {
            found[text] = (id, score);
        }

        return found;
    }
}
