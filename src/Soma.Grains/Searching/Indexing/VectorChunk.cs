using System.Runtime.Intrinsics;

namespace Soma.Grains.Searching.Indexing;

/// <summary>The vectors of neighbouring slots in one space, in two forms: as given, and as int8 numbers with one scale for each vector.</summary>
/// <remarks>
/// A search scans the int8 numbers, which is a quarter of the memory traffic. The float32 numbers rescore the best memories, and
/// serve exact searches. A number x is stored as round(x / scale) with scale = max|x| / 127.
/// </remarks>
internal sealed class VectorChunk(int slots, int dimension)
{
    private const int LargestCode = 127;

    private readonly float[] _numbers = new float[slots * dimension];
    private readonly sbyte[] _codes = new sbyte[slots * dimension];
    private readonly float[] _scales = new float[slots];

    public static long BytesFor(int slots, int dimension) => (long)slots * ((dimension * (sizeof(float) + sizeof(sbyte))) + sizeof(float));

    public ReadOnlySpan<float> Read(int slot) => _numbers.AsSpan(slot * dimension, dimension);

    public ReadOnlySpan<sbyte> CodesOf(int slot) => _codes.AsSpan(slot * dimension, dimension);

    public float ScaleOf(int slot) => _scales[slot];

    /// <summary>The int8 numbers of all slots, one vector after another.</summary>
    public ReadOnlySpan<sbyte> Codes => _codes;

    /// <summary>The scales of all slots; 0 for a slot without a vector.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>No scale is larger. It only grows, so a reader may see one that is larger than those of its snapshot.</summary>
    public float LargestScale { get; private set; }

    public void Write(int slot, ReadOnlySpan<float> vector)
    {
        vector.CopyTo(_numbers.AsSpan(slot * dimension, dimension));
        Quantise(slot, vector);
    }

    public VectorChunk Copy()
    {
        var copy = new VectorChunk(slots, dimension);
        _numbers.CopyTo(copy._numbers, 0);
        _codes.CopyTo(copy._codes, 0);
        _scales.CopyTo(copy._scales, 0);
        copy.LargestScale = LargestScale;
        return copy;
    }

    private void Quantise(int slot, ReadOnlySpan<float> vector)
    {
        _scales[slot] = Quantise(vector, _codes.AsSpan(slot * dimension, dimension));
        LargestScale = Math.Max(LargestScale, _scales[slot]);
    }

    /// <summary>Writes a vector as int8 numbers, and returns what 1 stands for; 0: the vector is zero or not finite.</summary>
    public static float Quantise(ReadOnlySpan<float> vector, Span<sbyte> codes)
    {
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude(vector));
        if (!(largest > 0) || !float.IsFinite(largest))
        {
            codes.Clear();
            return 0;
        }

        var factor = LargestCode / largest;
        var at = 0;
        for (; at <= vector.Length - Vector256<sbyte>.Count; at += Vector256<sbyte>.Count)
        {
            var eights = vector.Slice(at, Vector256<sbyte>.Count);
            var low = Vector256.Narrow(Round(eights, factor), Round(eights[8..], factor));
            var high = Vector256.Narrow(Round(eights[16..], factor), Round(eights[24..], factor));
            Vector256.Narrow(low, high).CopyTo(codes[at..]);
        }

        for (; at < vector.Length; at++)
        {
            codes[at] = (sbyte)MathF.Round(vector[at] * factor);
        }

        return largest / LargestCode;
    }

    private static Vector256<int> Round(ReadOnlySpan<float> numbers, float factor) =>
        Vector256.ConvertToInt32(Vector256.Round(Vector256.Create(numbers) * factor));
}
