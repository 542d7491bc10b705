using System.Buffers;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Soma.Gateway.Answers;
using Soma.Gateway.Endpoints;
using Soma.Gateway.Requests;
using Soma.Grains.Interfaces;

namespace Soma.Bench.Micro;

/// <summary>What the gateway does to one request besides HTTP itself: the body is read into a command, the reply is written as JSON.</summary>
public class GatewayBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private byte[] _body = [];
    private MemoryRecord _memory = null!;

    [GlobalSetup]
    public void Fill()
    {
        var payload = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 240)}}","speaker":"Ann"}""");
        _body = Encoding.UTF8.GetBytes($$"""{"coord":"1,2","payload":{{Encoding.UTF8.GetString(payload)}},"memory_type":"episodic"}""");
        _memory = new MemoryRecord
        {
            Coordinate = Coordinate.FromCanonical("1.0,2.0"),
            Payload = payload,
            Type = MemoryType.Episodic,
            Importance = 1,
            CreatedAt = new Instant(1_700_000_000_000_000),
            UpdatedAt = new Instant(1_700_000_000_000_000),
            Version = 1,
            Seq = 1,
            EmbeddingSource = "soma-fast",
        };
    }

    [Benchmark(Description = "read a store's body of 300 bytes")]
    public object? Read()
    {
        var problem = JsonBody.Read(_body, MemoryFields.Store, new FieldErrors(), out var form);
        return problem ?? (object?)form;
    }

    [Benchmark(Description = "write the answer of a get")]
    public int Write()
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer);
        JsonSerializer.Serialize(writer, new OneMemory(Memory.From(_memory)), AnswerJson.Of<OneMemory>());
        writer.Flush();
        return _buffer.WrittenCount;
    }
}
