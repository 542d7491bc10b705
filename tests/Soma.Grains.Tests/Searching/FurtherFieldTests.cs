using System.Text;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

/// <summary>What lies in a payload beside its text is found by words, too.</summary>
public sealed class FurtherFieldTests
{
    private readonly StoredContents _stored = new();

    [Theory]
    [InlineData("""{"text":"Upload failed","error_code":"HX-7741"}""", "HX-7741")]
    [InlineData("""{"key":"favorite_color","value":"turquoise"}""", "favorite color")]
    [InlineData("""{"title":"Groceries","items":["oat milk","buckwheat"]}""", "buckwheat")]
    [InlineData("""{"title":"Groceries","items":["oat milk","buckwheat"]}""", "\"oat milk\"")]
    [InlineData("""{"text":"Paid","order":{"lines":[{"sku":"K-12"},{"amount":4471}]}}""", "4471")]
    [InlineData("""{"text":"Paid","order":{"lines":[{"sku":"K-12"},{"amount":4471}]}}""", "k12")]
    public async Task What_lies_beside_the_main_field_is_found(string payload, string query)
    {
        _stored.Put(1, null, payload);
        _stored.Put(2, null, """{"text":"A fence was painted","note":"green"}""");
        Assert.Equal([1], await _stored.FindAsync(query));
    }

    [Fact]
    public async Task A_word_of_the_text_counts_more_than_one_beside_it()
    {
        _stored.Put(1, null, """{"text":"Something else entirely","label":"kettle"}""");
        _stored.Put(2, null, """{"text":"The kettle is blue","label":"other"}""");
        var hits = (await _stored.SearchAsync(IndexFixture.Query("kettle", SearchMode.Keyword))).Hits;
        Assert.Equal([IndexFixture.At(2), IndexFixture.At(1)], hits.Select(hit => hit.Coordinate));
    }

    [Fact]
    public async Task A_phrase_does_not_reach_from_one_field_into_another()
    {
        _stored.Put(1, null, """{"text":"A cup of green","label":"tea"}""");
        Assert.Empty(await _stored.FindAsync("\"green tea\""));
    }

    [Fact]
    public async Task A_role_label_is_no_word_of_the_text()
    {
        _stored.Put(1, null, """{"role":"user","content":"Lunch was cold"}""");
        _stored.Put(2, null, """{"role":"assistant","content":"The user table lost its index last night"}""");
        Assert.Equal([2], await _stored.FindAsync("user"));
    }

    [Fact]
    public void Settings_say_which_fields_are_found()
    {
        var payload = """{"text":"Paid","code":"alpha","raw":"beta","note2":"gamma"}"""u8.ToArray();
        Assert.Equal("alpha beta gamma", Further(null));
        Assert.Equal("alpha", Further(new FieldSelection(["code"], [])));
        Assert.Equal("alpha gamma", Further(new FieldSelection(null, ["RAW"])));

        string Further(FieldSelection? selection) => string.Join(
            ' ', new ContentIndexer(null, selection).Prepare(payload, null, []).FurtherTerms.Terms.Select(term => term.Term));
    }

    [Theory]
    [InlineData(IndexedText.LongestText + 1, 1, true)]
    [InlineData(IndexedText.LongestText, IndexedText.LongestFurther, false)]
    [InlineData(1, IndexedText.LongestFurther + 1, true)]
    public void What_is_cut_is_said_to_be_indexed_partly(int text, int further, bool isPartly) => Assert.Equal(
        isPartly, IndexedText.IsPartly(Encoding.UTF8.GetBytes($$"""{"text":"{{new string('a', text)}}","more":"{{new string('b', further)}}"}"""), null));
}
