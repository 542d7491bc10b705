using System.Numerics.Tensors;

namespace Soma.Grains.Engine.Searching.Indexing;

/// <summary>One space's vectors of one segment, one after another by slot; takes memory only once there is one.</summary>
internal sealed class VectorBlock(int capacity)
{
    private float[]? _numbers;

    public int Dimension { get; private set; }

    public long Bytes => _numbers is { } numbers ? sizeof(float) * (long)numbers.Length : 0;

    public ReadOnlySpan<float> Read(int slot) => _numbers.AsSpan(slot * Dimension, Dimension);

    public void Write(int slot, ReadOnlySpan<float> vector)
    {
        if (_numbers is null)
        {
            Dimension = vector.Length;
            _numbers = new float[capacity * Dimension];
        }

        vector.CopyTo(_numbers.AsSpan(slot * Dimension, Dimension));
    }

    /// <summary>Writes the vector brought to length 1, so that a scalar product is the cosine.</summary>
    public void WriteNormalised(int slot, ReadOnlySpan<float> vector)
    {
        Write(slot, vector);
        var written = _numbers.AsSpan(slot * Dimension, Dimension);
        var length = TensorPrimitives.Norm<float>(written);
        if (length > 0 && float.IsFinite(length))
        {
            TensorPrimitives.Divide(written, length, written);
        }
    }
}
