namespace Soma.Grains.Embeddings.Onnx;

/// <summary>How the vectors of a text's tokens are combined to the vector of the text.</summary>
public enum Pooling
{
    Mean,

    /// <summary>The vector of the first token, <c>[CLS]</c>.</summary>
    FirstToken,

    /// <summary>At each position, the largest number of all token vectors.</summary>
    Max,
}
