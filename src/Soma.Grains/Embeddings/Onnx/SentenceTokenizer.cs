using Soma.Grains.Embeddings.Unigram;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>The tokenizer of a sentence model's folder, together with the two tokens that begin and end each window.</summary>
internal sealed class SentenceTokenizer
{
    private const string Supported = "Soma reads WordPiece tokenizers with BERT's normalizer (vocab.txt, or a tokenizer.json of type WordPiece) and unigram tokenizers of XLM-R's kind (sentencepiece.bpe.model, or a tokenizer.json of type Unigram).";
    private const string SentencePieceModel = "sentencepiece.bpe.model";

    private readonly IPieceTokenizer _pieces;

    private SentenceTokenizer(IPieceTokenizer pieces, int firstId, int lastId, string usage) =>
        (_pieces, FirstId, LastId, Usage) = (pieces, firstId, lastId, usage);

    /// <summary>The first token of each window: <c>[CLS]</c>.</summary>
    public int FirstId { get; }

    /// <summary>The last token of each window: <c>[SEP]</c>.</summary>
    public int LastId { get; }

    /// <summary>A short description of how texts are cut into tokens. It changes whenever the same text could get another vector.</summary>
    public string Usage { get; }

    /// <exception cref="InvalidDataException">Soma does not support the folder's tokenizer.</exception>
    public static SentenceTokenizer Read(SentenceModelFolder folder)
    {
        var config = folder.Json("tokenizer_config.json") ?? default;
        var json = folder.Json("tokenizer.json");
        if (json is { } unigram && (unigram.Member("model") ?? default).Text("type") == "Unigram")
        {
            return OfUnigram(UnigramPieces.Read(unigram, TokenName(config, "cls_token") ?? "<s>", TokenName(config, "sep_token") ?? "</s>"), folder);
        }

        return json is null && folder.Find("vocab.txt") is null && folder.Find(SentencePieceModel) is { } file
            ? OfUnigram(UnigramPieces.Read(File.ReadAllBytes(file)), folder)
            : ReadWordPiece(folder, json, config);
    }

    /// <summary>Writes as many token ids of <paramref name="text"/> as fit, without the first and last token of a window.</summary>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids) => _pieces.Encode(text, ids);

    private static SentenceTokenizer OfUnigram(UnigramPieces pieces, SentenceModelFolder folder) =>
        folder.Json("sentence_bert_config.json")?.Flag("do_lower_case") == true
            ? throw new InvalidDataException($"The folder wants lower case before a unigram tokenizer. {Supported}")
            : new SentenceTokenizer(new UnigramTokenizer(pieces), pieces.Ends.First, pieces.Ends.Last, "unigram");

    private static SentenceTokenizer ReadWordPiece(SentenceModelFolder folder, JsonElement? json, JsonElement config)
    {
        var (vocabulary, options) = json is { } tokenizer
            ? (ReadVocabulary(tokenizer), ReadNormalizer(tokenizer))
            : (ReadVocabulary(folder), ReadOptions(config, "do_lower_case", "tokenize_chinese_chars"));
        if (folder.Json("sentence_bert_config.json")?.Flag("do_lower_case") == true)
        {
            options = options with { LowerCase = true };
        }

        if (options is { LowerCase: false, StripAccents: true })
        {
            throw new InvalidDataException($"The tokenizer strips accents but keeps capitals. {Supported}");
        }

        var (first, last) = (TokenName(config, "cls_token") ?? "[CLS]", TokenName(config, "sep_token") ?? "[SEP]");
        return new SentenceTokenizer(
            new WordPieceTokenizer(vocabulary, options), Special(vocabulary, first), Special(vocabulary, last), options.ToString());
    }

    private static WordPieceVocabulary ReadVocabulary(SentenceModelFolder folder) =>
        folder.Find("vocab.txt") is { } file
            ? WordPieceVocabulary.Load(file)
            : throw new InvalidDataException($"The folder has no tokenizer that Soma knows. {Supported}");

    private static WordPieceVocabulary ReadVocabulary(JsonElement tokenizer)
    {
        var model = tokenizer.Member("model") ?? default;
        // Files of old versions name no type. Only WordPiece has a prefix for continuing pieces, so the prefix tells.
        var type = model.Text("type") ?? (model.Member("continuing_subword_prefix") is null ? "unknown" : "WordPiece");
        if (type != "WordPiece" || (model.Text("continuing_subword_prefix") ?? "##") != "##"
            || model.Member("vocab") is not { ValueKind: JsonValueKind.Object } pieces)
        {
            throw new InvalidDataException($"The folder's tokenizer.json holds a tokenizer of type {type}. {Supported}");
        }

        return new WordPieceVocabulary(
            pieces.EnumerateObject().Select(piece => KeyValuePair.Create(piece.Name, Id(piece))), model.Text("unk_token") ?? "[UNK]");
    }

    private static int Id(JsonProperty piece) =>
        piece.Value.ValueKind == JsonValueKind.Number && piece.Value.TryGetInt32(out var id) && id >= 0
            ? id
            : throw new InvalidDataException($"The folder's tokenizer.json gives '{piece.Name}' no id.");

    private static WordPieceOptions ReadNormalizer(JsonElement tokenizer)
    {
        var normalizer = tokenizer.Member("normalizer") ?? default;
        var splitter = (tokenizer.Member("pre_tokenizer") ?? default).Text("type");
        if (normalizer.Text("type") != "BertNormalizer" || splitter != "BertPreTokenizer")
        {
            throw new InvalidDataException(
                $"The folder's tokenizer.json normalizes by {normalizer.Text("type") ?? "nothing"} and splits by {splitter ?? "nothing"}. {Supported}");
        }

        return ReadOptions(normalizer, "lowercase", "handle_chinese_chars");
    }

    private static WordPieceOptions ReadOptions(JsonElement json, string lowerCase, string splitIdeographs)
    {
        var lower = json.Flag(lowerCase) ?? true;
        return new WordPieceOptions
        {
            LowerCase = lower,
            StripAccents = json.Flag("strip_accents") ?? lower,
            SplitIdeographs = json.Flag(splitIdeographs) ?? true,
        };
    }

    private static string? TokenName(JsonElement config, string name) =>
        config.Text(name) ?? (config.Member(name) ?? default).Text("content");

    private static int Special(WordPieceVocabulary vocabulary, string piece) =>
        vocabulary.TryFind(piece, atStart: true, out var id) ? id : throw new InvalidDataException($"The vocabulary has no {piece}.");
}
