using Soma.Grains.Embeddings.Onnx;

namespace Soma.Grains.Tests.Embeddings.Onnx;

public sealed class TextWindowsTests
{
    private static readonly TextWindows Windows = new(254);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(254, 1)]
    [InlineData(255, 2)]
    [InlineData(493, 2)]
    [InlineData(494, 3)]
    [InlineData(100_000, 16)]
    public void There_are_as_many_as_cover_the_text_and_no_more_than_the_most(int tokens, int windows) =>
        Assert.Equal(windows, Windows.Count(tokens));

    [Theory]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(1_000)]
    [InlineData(3_839)]
    public void Every_token_is_in_a_window_and_none_is_longer_than_the_model_reads(int tokens)
    {
        var covered = 0;
        for (var i = 0; i < Windows.Count(tokens); i++)
        {
            var (offset, length) = Windows[i, tokens].GetOffsetAndLength(tokens);
            Assert.InRange(length, 1, 254);
            Assert.True(offset <= covered);
            Assert.True(offset + length > covered);
            covered = offset + length;
        }

        Assert.Equal(tokens, covered);
    }

    [Fact]
    public void The_last_of_the_most_windows_is_full() => Assert.Equal(254 + (15 * 239), Windows.Reach);
}
