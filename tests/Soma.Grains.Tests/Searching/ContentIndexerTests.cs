using System.Text;
using CsCheck;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;
using Soma.Grains.Tests.Filtering;

namespace Soma.Grains.Tests.Searching;

public sealed class ContentIndexerTests
{
    private static readonly FastTableEmbedder Embedder = new(FastTableEmbedder.DefaultFolder());
    private static readonly ContentIndexer Indexer = new(Embedder);

    [Theory]
    [InlineData("""{"text":"I like tea"}""", "I like tea")]
    [InlineData("""{"text":"Ann: I like tea","speaker":"Ann","date":"8 May, 2023"}""", "Ann (8 May, 2023): I like tea")]
    [InlineData("""{"content":"I like tea","role":"user","date":"2023-05-08"}""", "user (8 May 2023): I like tea")]
    [InlineData("""{"content":"Annual report","speaker":"Ann"}""", "Ann: Annual report")]
    [InlineData("""{"task":"Water the plants","importance":3,"timestamp":1683504000}""", "8 May 2023: Water the plants")]
    [InlineData("""{"text":"","summary":"Met Bob"}""", "Met Bob")]
    [InlineData("""{"content":[{"type":"text","text":"Hello"},{"type":"text","text":"there"}]}""", "Hello. there")]
    [InlineData("""{"x":"one","y":{"z":["two",3,true,null]}}""", "one. two")]
    [InlineData("""{"n":1}""", "")]
    [InlineData("""{}""", "")]
    public void The_indexed_text_is_the_main_text_with_what_describes_it(string payload, string text) =>
        Assert.Equal(text, IndexedText.Compose(Encoding.UTF8.GetBytes(payload), null).Text);

    [Fact]
    public void A_given_text_wins_over_the_payload() =>
        Assert.Equal("tea", Indexer.Prepare("""{"text":"coffee"}"""u8.ToArray(), "tea", []).Text);

    [Fact]
    public void A_payload_without_words_has_no_text_and_no_vector()
    {
        var content = Indexer.Prepare("""{"n":[true,null]}"""u8.ToArray(), null, []);
        Assert.False(content.HasText);
        Assert.Null(content.Vector);
        Assert.Empty(content.Terms.Terms);
    }

    [Theory]
    [InlineData("""{"session_id":"s1","thread_id":"t1"}""", "s1")]
    [InlineData("""{"thread_id":"t1"}""", "t1")]
    [InlineData("""{"session_id":7}""", "7")]
    [InlineData("""{"session_id":null,"conversation_id":""}""", null)]
    [InlineData("""{"text":"none"}""", null)]
    public void The_first_sequence_field_present_names_the_sequence(string payload, string? sequence) =>
        Assert.Equal(sequence, Indexer.Prepare(Encoding.UTF8.GetBytes(payload), null, NamespaceSettings.DefaultSequenceFields).Sequence);

    [Theory]
    [InlineData("""{"text":"half \ud800 pair \udc00","\udfff":"\ud83d"}""")]
    [InlineData("""{"text":"\u0000\u0001","when":"9999-99-99T","time":1e400,"date":-1e308}""")]
    [InlineData("""{"":"","a.b.":[[[]],{}],"text":{"text":{}}}""")]
    public void Odd_payloads_are_indexed_without_a_fault(string payload)
    {
        var content = Indexer.Prepare(Encoding.UTF8.GetBytes(payload), null, NamespaceSettings.DefaultSequenceFields);
        Assert.True(content.Bytes > 0);
    }

    [Fact]
    public void Any_payload_is_indexed_without_a_fault() =>
        Gen.Select(Documents.Payload, Gen.String).Sample(
            (payload, text) => Indexer.Prepare(Encoding.UTF8.GetBytes(payload), text, NamespaceSettings.DefaultSequenceFields).Bytes > 0,
            iter: 500);
}
