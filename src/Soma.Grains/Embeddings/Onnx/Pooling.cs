namespace Soma.Grains.Embeddings.Onnx;

/// <summary>How the vectors of a text's tokens become the text's.</summary>
public enum Pooling
{
    Mean,

    /// <summary>The vector of the first token, <c>[CLS]</c>.</summary>
    FirstToken,

    /// <summary>The largest of each number.</summary>
    Max,
}
