namespace Soma.Grains.Embeddings;

/// <summary>Cuts texts into the pieces that a sentence model knows. Safe for concurrent use.</summary>
internal interface IPieceTokenizer
{
    /// <summary>Writes as many ids of the text as fit, without those that begin and end it. A special token that is spelled out is plain text.</summary>
    /// <returns>How many ids were written.</returns>
    int Encode(ReadOnlySpan<char> text, Span<int> ids);
}
