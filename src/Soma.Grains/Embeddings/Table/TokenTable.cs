using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Soma.Grains.Embeddings.Table;

/// <summary>
/// The rows of a table model: for each token a row of int8 numbers and a float scale. They are read from a safetensors file: an
/// 8-byte little-endian header length, a JSON header with the position of each tensor, then the raw tensors.
/// </summary>
/// <remarks>
/// The rows and their scales are mapped from the file, so a process holds only the pages of tokens that it met.
/// </remarks>
public sealed unsafe class TokenTable
{
    private const int Lanes = 64;
    private const int LongestHeader = 1 << 20;

    private readonly sbyte* _rows;
    private readonly float* _scales;

    private TokenTable(ReadOnlySpan<sbyte> rows, ReadOnlySpan<float> scales, int dimension)
    {
        _rows = (sbyte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(rows));
        _scales = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(scales));
        (Count, Dimension) = (scales.Length, dimension);
    }

    public int Count { get; }

    public int Dimension { get; }

    /// <exception cref="InvalidDataException">The file is not a safetensors file, or lacks a tensor of the right type.</exception>
    public static TokenTable Load(string path)
    {
        var file = MappedFile.Open(path);
        return file.Length >= 8 ? Read(file, path) : throw new InvalidDataException($"'{path}' is not a safetensors file.");
    }

    private static TokenTable Read(ReadOnlySpan<byte> file, string path)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > (ulong)Math.Min(LongestHeader, file.Length - 8))
        {
            throw new InvalidDataException($"'{path}' is not a safetensors file.");
        }

        var data = 8 + (int)length;
        using var header = JsonDocument.Parse(file[8..data].ToArray());
        var rows = MemoryMarshal.Cast<byte, sbyte>(Tensor(file, header, "embeddings", "I8", data));
        var scales = MemoryMarshal.Cast<byte, float>(Tensor(file, header, "scales", "F32", data));
        var dimension = scales.Length == 0 ? 0 : rows.Length / scales.Length;
        return dimension > 0 && dimension % Lanes == 0 && dimension * scales.Length == rows.Length
            ? new TokenTable(rows, scales, dimension)
            : throw new InvalidDataException($"'{path}' holds {rows.Length} numbers for {scales.Length} rows.");
    }

    /// <summary>Writes the sum of the rows of some tokens, <see cref="Dimension"/> numbers. The same tokens in the same order give the same bits.</summary>
    public void Sum(ReadOnlySpan<int> ids, Span<float> sum)
    {
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count, nameof(ids));
        }

        // Some columns of all rows at a time: their sums stay in registers.
        for (var at = 0; at < Dimension; at += Lanes)
        {
            var (first, second, third, fourth) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            foreach (var id in ids)
            {
                var scale = Vector512.Create(_scales[id]);
                var (low, high) = Vector512.Widen(Vector512.Load(_rows + ((long)id * Dimension) + at));
                first += Vector512.ConvertToSingle(Vector512.WidenLower(low)) * scale;
                second += Vector512.ConvertToSingle(Vector512.WidenUpper(low)) * scale;
                third += Vector512.ConvertToSingle(Vector512.WidenLower(high)) * scale;
                fourth += Vector512.ConvertToSingle(Vector512.WidenUpper(high)) * scale;
            }

            first.CopyTo(sum[at..]);
            second.CopyTo(sum[(at + 16)..]);
            third.CopyTo(sum[(at + 32)..]);
            fourth.CopyTo(sum[(at + 48)..]);
        }
    }

    /// <summary>The square of the length of token <paramref name="id"/>'s row. Rows of words that say much are long.</summary>
    public float SquaredLength(int id)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Count, nameof(id));
        var sum = Vector256<int>.Zero;
        var row = _rows + ((long)id * Dimension);
        for (var at = 0; at < Dimension; at += Vector256<sbyte>.Count)
        {
            // The square of an int8 number fits into 15 bits.
            var (low, high) = Vector256.Widen(Vector256.Load(row + at));
            sum += Vector256.WidenLower(low * low) + Vector256.WidenUpper(low * low) + Vector256.WidenLower(high * high) + Vector256.WidenUpper(high * high);
        }

        return Vector256.Sum(sum) * _scales[id] * _scales[id];
    }

    private static ReadOnlySpan<byte> Tensor(ReadOnlySpan<byte> file, JsonDocument header, string name, string type, int data)
    {
        if (!header.RootElement.TryGetProperty(name, out var tensor) || tensor.GetProperty("dtype").GetString() != type)
        {
            throw new InvalidDataException($"The table has no tensor '{name}' of {type}.");
        }

        var offsets = tensor.GetProperty("data_offsets");
        var (from, to) = (offsets[0].GetInt32(), offsets[1].GetInt32());
        return from >= 0 && to >= from && to <= file.Length - data
            ? file.Slice(data + from, to - from)
            : throw new InvalidDataException($"The tensor '{name}' lies outside the file.");
    }
}
