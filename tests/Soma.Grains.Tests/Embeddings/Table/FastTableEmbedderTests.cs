using Microsoft.Extensions.AI;
using Soma.Grains.Embeddings.Table;
using Soma.Testing;

namespace Soma.Grains.Tests.Embeddings.Table;

public sealed class FastTableEmbedderTests
{
    private static readonly FastTableEmbedder Embedder = new(FastTableEmbedder.DefaultFolder());

    private static readonly TablePieces Pieces =
        new(TableVocabulary.Load(Path.Combine(FastTableEmbedder.DefaultFolder(), "vocab.txt")));

    public static TheoryData<string, int[], float[]> References() => ModelReferences.Of(FastTableEmbedder.DefaultFolder());

    [Theory]
    [MemberData(nameof(References), DisableDiscoveryEnumeration = true)]
    public void Token_ids_equal_the_models_own(string text, int[] ids, float[] vector)
    {
        Assert.Equal(384, vector.Length);
        var buffer = new int[1000];
        Assert.Equal(ids, buffer[..Pieces.Read(text, buffer).Count]);
    }

    [Theory]
    [MemberData(nameof(References), DisableDiscoveryEnumeration = true)]
    public void Vectors_equal_the_models_own(string text, int[] ids, float[] vector)
    {
        var made = new float[Embedder.Dimension];
        Assert.Equal(ids.Length > 0, Embedder.TryEmbed(text, made));
        for (var i = 0; i < vector.Length; i++)
        {
            Assert.InRange(made[i] - vector[i], -1e-4f, 1e-4f);
        }
    }

    [Fact]
    public void Embedding_allocates_nothing()
    {
        const string Text = "When did Caroline go to the LGBTQ support group? Schöne Grüße, 日本語, ЁЖ 🎉 antidisestablishmentarianism";
        var vector = new float[Embedder.Dimension];
        Assert.Equal(0, Allocations.Least(() => Embedder.TryEmbed(Text, vector)));
    }

    [Theory]
    [InlineData("The Panthers were founded in 1995.", true)]
    [InlineData("Meeting with 田中 about the release on Friday", true)]
    [InlineData("CNN 在 2015 年报道了这场比赛的结果。", false)]
    [InlineData("我们用 Docker Compose 部署服务", false)]
    [InlineData("Встреча с командой GitHub в пятницу", false)]
    [InlineData("다음 주 금요일에 GitHub 팀과 회의", false)]
    public void Text_of_another_script_that_names_something_English_is_not_refined_as_an_English_one(string text, bool isEnglish) =>
        Assert.Equal(isEnglish, Embedder.Embed(text, new float[Embedder.Dimension]).IsEnglish);

    [Fact]
    public void Text_that_spells_a_special_token_is_plain_text()
    {
        var ids = new int[16];
        var count = Pieces.Read("[CLS] [UNK]", ids).Count;
        Assert.True(count > 2);
        Assert.DoesNotContain(101, ids[..count]);
        Assert.DoesNotContain(100, ids[..count]);
    }

    [Fact]
    public void Text_with_broken_surrogates_is_embedded_without_them()
    {
        var (broken, whole) = (new float[Embedder.Dimension], new float[Embedder.Dimension]);
        Assert.True(Embedder.TryEmbed("peanut\ud800 allergy\udc00", broken));
        Assert.True(Embedder.TryEmbed("peanut allergy", whole));
        Assert.Equal(whole, broken);
    }

    [Fact]
    public async Task The_generator_gives_the_same_vectors_and_names_the_model()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = Embedder;
        var made = await generator.GenerateAsync(["peanut allergy", ""]);
        var vector = new float[Embedder.Dimension];
        Embedder.TryEmbed("peanut allergy", vector);
        Assert.Equal(vector, made[0].Vector.ToArray());
        Assert.All(made[1].Vector.ToArray(), number => Assert.Equal(0, number));
        Assert.Equal("soma-fast-2", made[0].ModelId);
        Assert.Equal(384, generator.GetService<EmbeddingGeneratorMetadata>()?.DefaultModelDimensions);
    }
}
