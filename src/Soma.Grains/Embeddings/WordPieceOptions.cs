namespace Soma.Grains.Embeddings;

/// <summary>What a BERT tokenizer does to a text before it looks for pieces. The defaults are those of uncased models.</summary>
public sealed record WordPieceOptions
{
    public bool LowerCase { get; init; } = true;

    /// <summary>Only together with <see cref="LowerCase"/>: the table of accents holds lower-case letters.</summary>
    public bool StripAccents { get; init; } = true;

    /// <summary>Whether each CJK ideograph is a word of its own.</summary>
    public bool SplitIdeographs { get; init; } = true;
}
