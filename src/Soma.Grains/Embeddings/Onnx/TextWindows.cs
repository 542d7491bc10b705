namespace Soma.Grains.Embeddings.Onnx;

/// <summary>Cuts the tokens of a long text in windows that a model can read. Neighbours share a sixteenth.</summary>
/// <param name="Room">Tokens of one window, without those that stand around it or in front of each.</param>
internal readonly record struct TextWindows(int Room)
{
    /// <summary>What follows this many windows is not embedded: it bounds what one memory may cost.</summary>
    public const int Most = 16;

    private int Step => Room - (Room / 16);

    /// <summary>Tokens beyond this many are in no window.</summary>
    public int Reach => Room + ((Most - 1) * Step);

    /// <summary>The windows of a text of <paramref name="tokens"/> tokens: one at least.</summary>
    public int Count(int tokens) => tokens <= Room ? 1 : 1 + ((Math.Min(tokens, Reach) - Room + Step - 1) / Step);

    /// <summary>The tokens in window <paramref name="index"/>.</summary>
    public Range this[int index, int tokens] => (index * Step)..Math.Min(tokens, (index * Step) + Room);
}
