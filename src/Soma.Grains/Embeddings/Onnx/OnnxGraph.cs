using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Soma.Grains.Embeddings.Onnx;

/// <summary>Runs the graph of a sentence model in ONNX Runtime: it takes the token ids of one window and returns one vector.</summary>
/// <remarks>
/// Each call embeds one text on one thread. Batches would gain a tenth at most, and the runtime's own threads would take cores
/// that requests need. Safe for concurrent use, except for closing: closing the native session during a run would crash the
/// process.
/// </remarks>
internal sealed class OnnxGraph : IDisposable
{
    private const string SentenceOutput = "sentence_embedding";

    private static readonly RunOptions Plainly = new();

    private readonly InferenceSession _session;
    private readonly string[] _inputs;
    private readonly string[] _outputs;
    private readonly Pooling? _pooling;

    // Two of the inputs are the same for every text: the mask of a window without padding (ones), and segment 0 (zeros).
    private readonly long[] _ones;
    private readonly long[] _zeros;

    static OnnxGraph() => QuietRuntime();

    /// <param name="pooling">How token vectors are pooled; null: only a graph that pools by itself can be used.</param>
    /// <exception cref="InvalidDataException">Soma cannot run this graph as a sentence model.</exception>
    public OnnxGraph(string file, Pooling? pooling, int maxTokens)
    {
        _session = Open(file);
        _inputs = [.. _session.InputMetadata.Keys];
        if (_inputs.FirstOrDefault(name => !IsKnown(name, _session.InputMetadata[name])) is { } unknown)
        {
            throw new InvalidDataException(
                $"'{file}' wants the input {unknown}; Soma gives input_ids, attention_mask and token_type_ids (int64, any length).");
        }

        (_outputs, _pooling) = ChooseOutput(file, pooling);
        _ones = Enumerable.Repeat(1L, maxTokens).ToArray();
        _zeros = new long[maxTokens];
    }

    /// <summary>Runs the graph on one window and pools the token vectors.</summary>
    /// <param name="ids">The window, including the tokens around it; at most as many tokens as the model reads.</param>
    /// <returns>The vector, not yet scaled to length 1.</returns>
    public float[] Run(ReadOnlySpan<int> ids)
    {
        var buffer = ArrayPool<long>.Shared.Rent(ids.Length);
        var values = new OrtValue[_inputs.Length];
        try
        {
            TensorPrimitives.ConvertChecked(ids, buffer.AsSpan(0, ids.Length));
            long[] shape = [1, ids.Length];
            for (var i = 0; i < values.Length; i++)
            {
                var data = _inputs[i] switch { "input_ids" => buffer, "attention_mask" => _ones, _ => _zeros };
                values[i] = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data.AsMemory(0, ids.Length), shape);
            }

            using var results = _session.Run(Plainly, _inputs, values, _outputs);
            return Pool(results[0].GetTensorDataAsSpan<float>(), ids.Length);
        }
        finally
        {
            foreach (var value in values)
            {
                value?.Dispose();
            }

            ArrayPool<long>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _session.Dispose();

    private float[] Pool(ReadOnlySpan<float> output, int tokens)
    {
        if (_pooling is not { } pooling)
        {
            return output.ToArray();
        }

        var dimension = output.Length / tokens;
        var vector = output[..dimension].ToArray();
        for (var token = 1; token < tokens && pooling != Pooling.FirstToken; token++)
        {
            var row = output.Slice(token * dimension, dimension);
            if (pooling == Pooling.Mean)
            {
                TensorPrimitives.Add(vector, row, vector);
            }
            else
            {
                TensorPrimitives.Max(vector, row, vector);
            }
        }

        return vector;
    }

    private (string[] Outputs, Pooling? Pooling) ChooseOutput(string file, Pooling? pooling)
    {
        var outputs = _session.OutputMetadata.Where(output => output.Value.ElementDataType == TensorElementType.Float).ToList();
        if (outputs.Any(output => output.Key == SentenceOutput && output.Value.Dimensions.Length == 2))
        {
            return ([SentenceOutput], null);
        }

        var tokens = outputs.Where(output => output.Value.Dimensions.Length == 3).Select(output => output.Key).ToList();
        var name = tokens.Find(output => output is "last_hidden_state" or "token_embeddings") ?? tokens.FirstOrDefault()
            ?? throw new InvalidDataException($"'{file}' gives neither {SentenceOutput} nor the vectors of tokens, as float32.");
        return pooling is null
            ? throw new InvalidDataException($"'{file}' must give {SentenceOutput}: Soma pools by mean, cls or max, and computes no further modules.")
            : ([name], pooling);
    }

    private static InferenceSession Open(string file)
    {
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                // The runtime would plan its memory for one input length, but every text has another length.
                EnableMemoryPattern = false,
            };
            return new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException failure)
        {
            throw new InvalidDataException($"'{file}' cannot be opened: {failure.Message}", failure);
        }
    }

    private static bool IsKnown(string name, NodeMetadata input) =>
        name is "input_ids" or "attention_mask" or "token_type_ids" && input.ElementDataType == TensorElementType.Int64
            && input.Dimensions is [-1 or 1, -1];

    // The runtime writes its warnings directly to standard error, where every line should be a JSON log line.
    private static void QuietRuntime()
    {
        if (!OrtEnv.IsCreated)
        {
            var options = new EnvironmentCreationOptions { logId = "soma", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            OrtEnv.CreateInstanceWithOptions(ref options);
        }
    }
}
