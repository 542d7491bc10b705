namespace Soma.Grains.Tests.Embeddings.Onnx;

/// <summary>A model's folder that a test writes; gone with the test.</summary>
internal sealed class ModelFolder : IDisposable
{
    /// <summary>Ids 0–7.</summary>
    public static readonly string[] Pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "east", "north", "East", "query"];

    /// <summary>A row a piece. What is around a text has no weight, so that its own tokens can be seen.</summary>
    public static readonly float[][] Rows = [[0, 0], [0, 0], [0, 0], [0, 0], [3, 0], [0, 4], [-5, 0], [0, -1]];

    public static readonly string[] AllInputs = ["input_ids", "attention_mask", "token_type_ids"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("soma-model-");

    public ModelFolder(string name = "compass")
    {
        Path = System.IO.Path.Combine(_root.FullName, name);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public ModelFolder With(string file, string content)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    public ModelFolder WithVocabulary() => With("vocab.txt", string.Join('\n', Pieces));

    public ModelFolder WithModel(string file = "model.onnx", string[]? inputs = null, bool hasSentenceOutput = false, float[][]? rows = null)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, TinyModel.Make(rows ?? Rows, inputs ?? AllInputs, hasSentenceOutput));
        return this;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
