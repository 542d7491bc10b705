using Soma.Grains.Embeddings.Onnx;
using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Tests.Embeddings.Onnx;

/// <summary>Models of the user's own, used as their files say.</summary>
public sealed class FolderModelTests
{
    private const string WordPiece = """
        {"normalizer":{"type":"BertNormalizer","lowercase":false,"strip_accents":null},"pre_tokenizer":{"type":"BertPreTokenizer"},
         "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##",
         "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"east":4,"north":5,"East":6,"query":7}}}
        """;

    [Fact]
    public async Task Without_a_word_on_it_pooling_is_the_mean()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel();

        AssertDirection(3, 4, await EmbedAsync(folder, "east north"));
    }

    [Fact]
    public async Task Pooling_may_take_the_largest_of_each_number()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel().With("1_Pooling/config.json", """{"pooling_mode_max_tokens":true,"pooling_mode_mean_tokens":false}""");

        AssertDirection(3, 4, await EmbedAsync(folder, "east north north north"));
    }

    [Fact]
    public async Task Pooling_may_take_the_first_token()
    {
        float[][] rows = [.. ModelFolder.Rows];
        rows[2] = [7, 0];
        using var folder = new ModelFolder().WithVocabulary().WithModel(rows: rows).With("1_Pooling/config.json", """{"pooling_mode_cls_token":true}""");

        AssertDirection(1, 0, await EmbedAsync(folder, "north"));
    }

    [Fact]
    public async Task A_graph_that_pools_by_itself_is_taken_at_its_word()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel(hasSentenceOutput: true)
            .With("modules.json", """[{"type":"sentence_transformers.models.Transformer","path":""},{"type":"sentence_transformers.models.Dense","path":"2_Dense"}]""");

        AssertDirection(3, 4, await EmbedAsync(folder, "east east east north"));
    }

    [Fact]
    public async Task A_graph_may_lie_in_a_folder_of_its_own_and_want_fewer_inputs()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel("onnx/model.onnx", ["input_ids", "attention_mask"]);

        AssertDirection(3, 4, await EmbedAsync(folder, "east north"));
    }

    [Fact]
    public async Task Capitals_are_kept_where_the_tokenizer_keeps_them()
    {
        using var uncased = new ModelFolder().WithVocabulary().WithModel();
        using var cased = new ModelFolder().WithVocabulary().WithModel().With("tokenizer_config.json", """{"do_lower_case":false}""");
        using var json = new ModelFolder().With("tokenizer.json", WordPiece).WithModel();

        AssertDirection(1, 0, await EmbedAsync(uncased, "East"));
        AssertDirection(-1, 0, await EmbedAsync(cased, "East"));
        AssertDirection(-1, 0, await EmbedAsync(json, "East"));
    }

    [Fact]
    public async Task Prompts_stand_before_queries_and_memories()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel()
            .With("config_sentence_transformers.json", """{"prompts":{"query":"query: ","document":"north: "},"default_prompt_name":null}""");
        var model = new OnnxSentenceModel(folder.Path);

        var memories = await model.EmbedMemoriesAsync(["east"], CancellationToken.None);

        AssertDirection(3, -1, await model.EmbedQueryAsync("east", CancellationToken.None));
        AssertDirection(3, 4, memories[0]);
    }

    [Fact]
    public async Task What_the_operator_says_goes_before_the_folders_prompts()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel()
            .With("config_sentence_transformers.json", """{"prompts":{"query":"query: "}}""");
        var model = new OnnxSentenceModel(folder.Path, new SentenceModelOptions { QueryPrefix = "north " });

        AssertDirection(3, 4, await model.EmbedQueryAsync("east", CancellationToken.None));
    }

    [Fact]
    public async Task Windows_of_a_long_memory_count_by_their_tokens()
    {
        // Windows of 16 tokens hold 14 of the text and share none: two full ones and one of two tokens.
        using var folder = new ModelFolder().WithVocabulary().WithModel().With("sentence_bert_config.json", """{"max_seq_length":16}""");
        var text = string.Join(' ', Enumerable.Repeat("east", 28).Concat(["north", "north"]));

        var memories = await new OnnxSentenceModel(folder.Path).EmbedMemoriesAsync([text], CancellationToken.None);

        AssertDirection(28, 2, memories[0]);
    }

    [Fact]
    public void The_space_is_named_after_the_folder_and_changes_with_the_model_and_its_use()
    {
        using var first = new ModelFolder().WithVocabulary().WithModel();
        using var same = new ModelFolder().WithVocabulary().WithModel();
        using var other = new ModelFolder().WithVocabulary().WithModel(rows: [.. ModelFolder.Rows[..7], [1, 1]]);

        var space = new OnnxSentenceModel(first.Path).Space;

        Assert.Matches("^folder:compass:[0-9a-f]{8}$", space.Name);
        Assert.Equal(2, space.Dimension);
        Assert.Equal(space, new OnnxSentenceModel(same.Path).Space);
        Assert.NotEqual(space, new OnnxSentenceModel(other.Path).Space);
        Assert.NotEqual(space, new OnnxSentenceModel(same.Path, new SentenceModelOptions { DocumentPrefix = "north" }).Space);
    }

    [Fact]
    public void A_declared_space_must_have_the_models_dimension()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel();

        var failure = Assert.Throws<InvalidDataException>(
            () => new OnnxSentenceModel(folder.Path, new SentenceModelOptions { Space = EmbeddingSpace.BuiltIn }));

        Assert.Contains("2 numbers", failure.Message);
    }

    [Fact]
    public void A_tokenizer_of_another_kind_is_refused_and_what_is_supported_named()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel().With("tokenizer.json", """{"model":{"type":"BPE","vocab":{}}}""");

        var failure = Assert.Throws<InvalidDataException>(() => new OnnxSentenceModel(folder.Path));

        Assert.Contains("BPE", failure.Message);
        Assert.Contains("WordPiece", failure.Message);
    }

    [Theory]
    [InlineData("modules.json", """[{"type":"sentence_transformers.models.Dense","path":"2_Dense"}]""", "sentence_embedding")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_lasttoken":true}""", "sentence_embedding")]
    [InlineData("tokenizer.json", """{"model":{"type":"WordPiece","vocab":{"[UNK]":0}}}""", "BERT")]
    [InlineData("tokenizer_config.json", """{"cls_token":{"content":"<s>"}}""", "<s>")]
    [InlineData("tokenizer_config.json", "{", "tokenizer_config.json")]
    public void What_Soma_cannot_compute_is_said_and_not_guessed(string file, string content, string named)
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel().With(file, content);

        Assert.Contains(named, Assert.Throws<InvalidDataException>(() => new OnnxSentenceModel(folder.Path)).Message);
    }

    [Fact]
    public void A_graph_with_inputs_of_other_models_is_refused()
    {
        using var folder = new ModelFolder().WithVocabulary().WithModel(inputs: ["input_ids", "position_ids"]);

        Assert.Contains("position_ids", Assert.Throws<InvalidDataException>(() => new OnnxSentenceModel(folder.Path)).Message);
    }

    [Fact]
    public void A_folder_without_a_graph_or_with_a_broken_one_is_refused()
    {
        using var empty = new ModelFolder().WithVocabulary();
        using var broken = new ModelFolder().WithVocabulary().With("model.onnx", "no graph");

        Assert.Contains("model.onnx", Assert.Throws<InvalidDataException>(() => new OnnxSentenceModel(empty.Path)).Message);
        Assert.Contains("cannot be opened", Assert.Throws<InvalidDataException>(() => new OnnxSentenceModel(broken.Path)).Message);
    }

    private static ValueTask<float[]?> EmbedAsync(ModelFolder folder, string text) =>
        new OnnxSentenceModel(folder.Path).EmbedQueryAsync(text, CancellationToken.None);

    private static void AssertDirection(float x, float y, float[]? vector)
    {
        var length = MathF.Sqrt((x * x) + (y * y));
        Assert.NotNull(vector);
        Assert.Equal(x / length, vector[0], 1e-5f);
        Assert.Equal(y / length, vector[1], 1e-5f);
    }
}
