namespace Soma.Grains.Embeddings;

/// <summary>How a BERT tokenizer prepares a text before it looks for pieces. The defaults are those of uncased models.</summary>
public sealed record WordPieceOptions
{
    public bool LowerCase { get; init; } = true;

    /// <summary>
    /// Can only be used together with <see cref="LowerCase"/>, because the table of accents holds lower-case letters only.
    /// </summary>
    public bool StripAccents { get; init; } = true;

    /// <summary>Whether each CJK ideograph is a separate word.</summary>
    public bool SplitIdeographs { get; init; } = true;
}
