namespace Soma.Grains.Embeddings.Onnx;

/// <summary>
/// Cuts the tokens of a long text into windows that a model can read. Neighbouring windows share a sixteenth of their tokens.
/// </summary>
/// <param name="Room">How many tokens of the text fit in a window, beside the first and last token and the prefix.</param>
internal readonly record struct TextWindows(int Room)
{
    /// <summary>
    /// The largest number of windows of one memory. The rest of the text is not embedded, which limits the cost of one memory.
    /// </summary>
    public const int Most = 16;

    private int Step => Room - (Room / 16);

    /// <summary>How many tokens all windows together cover; later tokens are ignored.</summary>
    public int Reach => Room + ((Most - 1) * Step);

    /// <summary>The number of windows of a text with <paramref name="tokens"/> tokens, at least one.</summary>
    public int Count(int tokens) => tokens <= Room ? 1 : 1 + ((Math.Min(tokens, Reach) - Room + Step - 1) / Step);

    /// <summary>The tokens in window <paramref name="index"/>.</summary>
    public Range this[int index, int tokens] => (index * Step)..Math.Min(tokens, (index * Step) + Room);
}
