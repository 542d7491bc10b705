using System.Buffers.Binary;
using System.Text;

namespace Soma.Grains.Tests.Embeddings.Onnx;

/// <summary>
/// Writes an ONNX graph that looks up one row of two numbers a token: what a model should give can be told from its table.
/// The fields' numbers are those of onnx.proto3.
/// </summary>
internal static class TinyModel
{
    private const int Float = 1;
    private const int Int64 = 7;

    public static byte[] Make(float[][] table, string[] inputs, bool hasSentenceOutput = false)
    {
        var output = hasSentenceOutput ? "sentence_embedding" : "last_hidden_state";
        List<byte[]> graph = [Field(2, "tiny"), Field(5, Table(table))];
        graph.Add(Field(1, Node("Gather", ["table", "input_ids"], "rows")));
        graph.Add(Field(1, hasSentenceOutput
            ? Node("ReduceMax", ["rows"], output, Ints("axes", 1), Int("keepdims", 0))
            : Node("Identity", ["rows"], output)));
        graph.AddRange(inputs.Select(input => Field(11, Value(input, Int64, null, null))));
        graph.Add(Field(12, hasSentenceOutput ? Value(output, Float, null, 2) : Value(output, Float, null, null, 2)));
        return Join(Field(1, 8), Field(8, Join(Field(1, ""), Field(2, 13))), Field(7, Join([.. graph])));
    }

    private static byte[] Table(float[][] rows)
    {
        var numbers = rows.SelectMany(row => row).ToArray();
        var raw = new byte[numbers.Length * sizeof(float)];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), numbers[i]);
        }

        return Join(Field(1, rows.Length), Field(1, rows[0].Length), Field(2, Float), Field(8, "table"), Field(9, raw));
    }

    private static byte[] Node(string type, string[] inputs, string output, params byte[][] attributes) =>
        Join([.. inputs.Select(input => Field(1, input)), Field(2, output), Field(4, type), .. attributes.Select(attribute => Field(5, attribute))]);

    private static byte[] Int(string name, int value) => Join(Field(1, name), Field(3, value), Field(20, 2));

    private static byte[] Ints(string name, int value) => Join(Field(1, name), Field(8, value), Field(20, 7));

    private static byte[] Value(string name, int type, params int?[] shape)
    {
        var dimensions = shape.Select((size, i) => Field(1, size is { } known ? Field(1, known) : Field(2, $"d{i}"))).ToArray();
        return Join(Field(1, name), Field(2, Field(1, Join(Field(1, type), Field(2, Join(dimensions))))));
    }

    private static byte[] Field(int number, int value) => Join(Varint(number << 3), Varint(value));

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] bytes) => Join(Varint((number << 3) | 2), Varint(bytes.Length), bytes);

    private static byte[] Varint(int value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];
}
