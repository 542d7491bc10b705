using System.Runtime.CompilerServices;
using System.Text.Json;
using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Tests.Embeddings.Onnx;

namespace Soma.Grains.Tests.Embeddings.Unigram;

public sealed class UnigramTokenizerTests
{
    private const string SentencePiece = "sentencepiece.bpe.model";
    private const string Json = "tokenizer.json";

    private static readonly string Data = Folder();

    [Theory]
    [InlineData(SentencePiece)]
    [InlineData(Json)]
    public void Ids_equal_those_of_SentencePiece_by_either_file(string file)
    {
        using var folder = FolderWith(file).WithModel();
        var tokenizer = SentenceTokenizer.Read(new SentenceModelFolder(folder.Path));
        var ids = new int[1000];
        foreach (var line in File.ReadLines(Path.Combine(Data, "reference.jsonl")))
        {
            var reference = JsonDocument.Parse(line).RootElement;
            var text = reference.GetProperty("text").GetString()!;
            int[] made = [tokenizer.FirstId, .. ids[..tokenizer.Encode(text, ids)], tokenizer.LastId];
            Assert.Equal(reference.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), made);
        }
    }

    [Theory]
    [InlineData(SentencePiece)]
    [InlineData(Json)]
    public async Task A_folder_with_a_unigram_tokenizer_embeds_like_one_with_WordPiece(string file)
    {
        // XLM-R's graphs have no token types. Each piece has a direction of its own here.
        float[][] rows = [.. Enumerable.Range(0, 6002).Select(id => id <= 3 ? [0f, 0f] : new[] { MathF.Cos(id), MathF.Sin(id) })];
        using var folder = FolderWith(file).WithModel("onnx/model.onnx", ["input_ids", "attention_mask"], rows: rows);
        using var model = new OnnxSentenceModel(folder.Path);
        var vector = (await model.EmbedMemoriesAsync(["日本語 and English"], CancellationToken.None))[0]!;
        var ids = ReferenceIds("日本語 and English")[1..^1];
        var sum = (X: ids.Sum(id => rows[id][0]), Y: ids.Sum(id => rows[id][1]));
        var length = Math.Sqrt((sum.X * sum.X) + (sum.Y * sum.Y));
        Assert.Equal(sum.X / length, vector[0], 1e-4);
        Assert.Equal(sum.Y / length, vector[1], 1e-4);
    }

    [Theory]
    [InlineData(SentencePiece)]
    [InlineData(Json)]
    public void A_special_token_that_is_spelled_out_is_plain_text(string file)
    {
        using var folder = FolderWith(file).WithModel();
        var tokenizer = SentenceTokenizer.Read(new SentenceModelFolder(folder.Path));
        var ids = new int[100];
        Assert.DoesNotContain(ids[..tokenizer.Encode("</s> <s> <pad>", ids)], id => id is 0 or 1 or 2);
    }

    [Fact]
    public void A_text_is_cut_off_where_the_ids_are_full()
    {
        using var folder = FolderWith(Json).WithModel();
        var tokenizer = SentenceTokenizer.Read(new SentenceModelFolder(folder.Path));
        var (all, few) = (new int[100], new int[5]);
        tokenizer.Encode("My sister Clara is allergic to hazelnuts.", all);
        Assert.Equal(5, tokenizer.Encode("My sister Clara is allergic to hazelnuts.", few));
        Assert.Equal(all[..5], few);
    }

    [Theory]
    [InlineData("""{"normalizer":{"type":"Lowercase"},"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["<s>",0],["</s>",0],["a",-1]]}}""", "Lowercase")]
    [InlineData("""{"pre_tokenizer":{"type":"ByteLevel"},"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["<s>",0],["</s>",0],["a",-1]]}}""", "white space")]
    [InlineData("""{"model":{"type":"Unigram"}}""", "no list of pieces")]
    public void A_tokenizer_that_does_something_else_is_refused_with_what_it_does(string json, string reason)
    {
        using var folder = new ModelFolder().With(Json, json).WithModel();
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => SentenceTokenizer.Read(new SentenceModelFolder(folder.Path))).Message);
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused()
    {
        using var folder = new ModelFolder().WithModel();
        File.WriteAllBytes(Path.Combine(folder.Path, SentencePiece), File.ReadAllBytes(Path.Combine(Data, SentencePiece))[..10_001]);
        Assert.Throws<InvalidDataException>(() => SentenceTokenizer.Read(new SentenceModelFolder(folder.Path)));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "../../Golden/unigram");

    private static ModelFolder FolderWith(string file)
    {
        var folder = new ModelFolder();
        File.Copy(Path.Combine(Data, file), Path.Combine(folder.Path, file));
        return folder;
    }

    private static int[] ReferenceIds(string text) => File.ReadLines(Path.Combine(Data, "reference.jsonl"))
        .Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("text").GetString() == text)
        .Select(line => line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray()).Single();
}
