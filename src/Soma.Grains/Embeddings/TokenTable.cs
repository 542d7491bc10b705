using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Soma.Grains.Embeddings;

/// <summary>
/// The rows of a table model: for each token a row of int8 numbers and a float scale. They are read from a safetensors file: an
/// 8-byte little-endian header length, a JSON header with the position of each tensor, then the raw tensors.
/// </summary>
/// <remarks>
/// The rows are mapped from the file and stay mapped while the process runs. So a process holds only the pages of tokens that it
/// met, and the processes of one machine share them. The file must not be shortened meanwhile; a newer one is put in its place
/// by renaming.
/// </remarks>
public sealed unsafe class TokenTable
{
    private const int Lanes = 16;
    private const int LongestHeader = 1 << 20;

    private readonly sbyte* _rows;
    private readonly float[] _scales;

    private TokenTable(ReadOnlySpan<sbyte> rows, float[] scales, int dimension)
    {
        _rows = (sbyte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(rows));
        _scales = scales;
        Dimension = dimension;
    }

    public int Count => _scales.Length;

    public int Dimension { get; }

    /// <exception cref="InvalidDataException">The file is not a safetensors file, or lacks a tensor of the right type.</exception>
    public static TokenTable Load(string path)
    {
        var length = new FileInfo(path).Length;
        if (length is < 8 or > int.MaxValue)
        {
            throw new InvalidDataException($"'{path}' is not a safetensors file.");
        }

        using var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        var view = mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        // Never released, which keeps the file mapped: the rows are read while the process runs.
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return Read(new ReadOnlySpan<byte>(start, (int)length), path);
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
        var scales = MemoryMarshal.Cast<byte, float>(Tensor(file, header, "scales", "F32", data)).ToArray();
        var dimension = scales.Length == 0 ? 0 : rows.Length / scales.Length;
        return dimension > 0 && dimension % Lanes == 0 && dimension * scales.Length == rows.Length
            ? new TokenTable(rows, scales, dimension)
            : throw new InvalidDataException($"'{path}' holds {rows.Length} numbers for {scales.Length} rows.");
    }

    /// <summary>
    /// Adds the row of token <paramref name="id"/> to <paramref name="sum"/>, which must have <see cref="Dimension"/> numbers.
    /// </summary>
    public void AddTo(Span<float> sum, int id)
    {
        var scale = Vector128.Create(_scales[id]);
        var row = new ReadOnlySpan<sbyte>(_rows + ((long)id * Dimension), Dimension);
        for (var i = 0; i < row.Length; i += Lanes)
        {
            var (low, high) = Vector128.Widen(Vector128.Create<sbyte>(row.Slice(i, Lanes)));
            AddEight(sum.Slice(i, 8), low, scale);
            AddEight(sum.Slice(i + 8, 8), high, scale);
        }
    }

    private static void AddEight(Span<float> sum, Vector128<short> numbers, Vector128<float> scale)
    {
        var (low, high) = Vector128.Widen(numbers);
        (Vector128.Create<float>(sum[..4]) + (Vector128.ConvertToSingle(low) * scale)).CopyTo(sum[..4]);
        (Vector128.Create<float>(sum[4..]) + (Vector128.ConvertToSingle(high) * scale)).CopyTo(sum[4..]);
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
