using System.Text;
using System.Text.Json;
using Soma.Grains.Embeddings.Table;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Likeness;

namespace Soma.Grains.Tests.Searching.Likeness;

/// <summary>What counts as the same memory, on pairs made for it.</summary>
public sealed class LikenessTests
{
    private static readonly Lazy<ContentIndexer> Indexer = new(() => new ContentIndexer(new FastTableEmbedder(FastTableEmbedder.DefaultFolder())));

    /// <summary>The same said again: other letter case, width, blanks, punctuation, accents written in another way, an article more.</summary>
    public static TheoryData<string, string> Repeats => new()
    {
        { "The kettle is blue", "The kettle is blue" },
        { "The kettle is blue", "the kettle is blue." },
        { "The kettle is blue", "  The   kettle\nis BLUE!! " },
        { "Anna's flight leaves at 9:45", "Annas flight leaves at 9:45" },
        { "The user doesn't eat meat", "The user doesn’t eat meat." },
        { "well-known café", "Well known CAFÉ" },
        { "Rent is 1,200 € a month.", "rent is 1,200€ a month" },
        { "ＡＢＣ 123", "abc 123" },
        { "El niño duerme", "el nin\u0303o duerme" },
        { "Straße 5", "STRASSE 5" },
        { "他喜欢喝茶", "他喜欢喝茶。" },
        { "彼は東京に住んでいる", "彼は東京に住んでいる。" },
        { "Он живёт в Москве", "он живёт в москве" },
        { "هو يعيش في برلين", "هو يعيش في برلين." },
        { "ok", "OK" },
        { "👍", "👍" },
        { "She bought a new car", "She bought the new car" },
        { "Meeting with the board on Friday about budget", "Meeting with board on Friday about the budget" },
        { "(see above) he agreed", "see above: he agreed" },
    };

    /// <summary>Nearly the same words, and something else is said.</summary>
    public static TheoryData<string, string> NearMisses => new()
    {
        { "The door is locked", "The door is not locked" },
        { "The user eats meat", "The user never eats meat" },
        { "She can swim", "She can't swim" },
        { "He isn't married", "He is married" },
        { "Nobody has the key", "Anna has the key" },
        { "Tea with sugar", "Tea without sugar" },
        { "The meeting starts at 9:30", "The meeting starts at 9:45" },
        { "The rent is 1200 euros a month", "The rent is 1250 euros a month" },
        { "Version 1.5 is installed on the server in the basement", "Version 15 is installed on the server in the basement" },
        { "The temperature outside is -3 degrees", "The temperature outside is 3 degrees" },
        { "The budget grew by 5% in the last quarter of the year", "The budget grew by 5 in the last quarter of the year" },
        { "Bought on 2024-03-05", "Bought on 2024-05-03" },
        { "Anna lives in Berlin", "Anna lives in Munich" },
        { "Anna lives in Berlin", "Hanna lives in Berlin" },
        { "Anna likes Bob", "Bob likes Anna" },
        { "The flight goes from Berlin to Munich", "The flight goes from Munich to Berlin" },
        { "The flight goes from Berlin to Munich", "The flight goes to Berlin from Munich" },
        { "The user's daughter is called Mia and goes to school in Graz", "The user's daughter is called Lea and goes to school in Graz" },
        { "His brother works as a nurse", "Her brother works as a nurse" },
        { "Anna was the manager", "Anna is the manager" },
        { "She lives near the station", "She lived near the station" },
        { "Take the pill before dinner", "Take the pill after dinner" },
        { "The feature is enabled for all users of the app", "The feature is disabled for all users of the app" },
        { "All tests passed", "Some tests passed" },
        { "Prices increased in May", "Prices decreased in May" },
        { "He likes black coffee in the morning", "He likes white coffee in the morning" },
        { "The car is in front of the house", "The car is behind the house" },
        { "You like jazz.", "You like jazz?" },
        { "Plan A is approved", "Plan is approved" },
        { "Vitamin B is missing", "Vitamin D is missing" },
        { "The server has 16 GB of memory", "The server has 16 MB of memory" },
        { "He must call the bank", "He may call the bank" },
        { "Call the bank", "Called the bank" },
        { "Der Laden ist heute geöffnet", "Der Laden ist heute nicht geöffnet" },
        { "Sie hat einen Hund", "Sie hat keinen Hund" },
        { "Das ist schon gut", "Das ist schön gut" },
        { "Il habite à Lyon avec sa sœur", "Il habite à Paris avec sa sœur" },
        { "Je ne fume pas", "Je fume" },
        { "Quiero más agua", "Quiero mas agua" },
        { "La reunión es el lunes", "La reunión es el martes" },
        { "他喜欢喝茶", "他不喜欢喝茶" },
        { "会议在三点开始", "会议在四点开始" },
        { "彼は東京に住んでいる", "彼は大阪に住んでいる" },
        { "Он любит чай", "Он не любит чай" },
        { "هو يحب الشاي", "هو لا يحب الشاي" },
        { "나는 커피를 좋아한다", "나는 커피를 싫어한다" },
        { "👍", "👎" },
        { "c++ is his favourite language", "c is his favourite language" },
        { "Send it to anna@example.com", "Send it to hanna@example.com" },
        { "The address is https://example.com/a", "The address is https://example.com/b" },
    };

    /// <summary>The same said in other words. Only a language model could tell these from near-misses.</summary>
    public static TheoryData<string, string> Paraphrases => new()
    {
        { "Anna lives in Berlin", "Anna's home is in Berlin" },
        { "The user does not eat meat", "The user is a vegetarian" },
        { "He bought a new car yesterday", "Yesterday he got himself a new car" },
        { "The meeting was moved to Friday", "They postponed the meeting until Friday" },
        { "She works as a doctor in a hospital", "She is a hospital doctor" },
        { "My favourite colour is green", "I like green best of all colours" },
        { "The kettle is blue", "The kettle has a blue colour" },
        { "Bob plays the piano every evening", "Every evening Bob plays piano" },
    };

    [Theory, MemberData(nameof(Repeats))]
    public void A_repeat_counts_as_the_same_by_default(string stored, string repeated)
    {
        Assert.True(LikenessOf(stored, repeated) >= OnSimilar.DefaultMinScore, $"{LikenessOf(stored, repeated)}");
        Assert.True(LikenessOf(repeated, stored) >= OnSimilar.DefaultMinScore);
    }

    [Theory, MemberData(nameof(NearMisses))]
    public void A_near_miss_does_not_count_as_the_same_by_default(string stored, string other)
    {
        Assert.InRange(LikenessOf(stored, other), 0, ComparedMemory.OtherWords);
        Assert.InRange(LikenessOf(other, stored), 0, ComparedMemory.OtherWords);
    }

    [Theory]
    [InlineData("The door is locked", "The door is not locked")]
    [InlineData("The rent is 1200 euros a month", "The rent is 1250 euros a month")]
    [InlineData("Anna lives in Berlin", "Anna lives in Munich")]
    public void Texts_that_differ_in_a_fact_are_less_alike_than_their_vectors(string stored, string other)
    {
        var (left, right) = (Of(stored), Of(other));
        Assert.True(UnitVector.Dot(left.Vector!, right.Vector!) > ComparedMemory.OtherFacts);
        Assert.InRange(left.LikenessTo(right, 0), 0.01, ComparedMemory.OtherFacts);
    }

    [Theory, MemberData(nameof(Paraphrases))]
    public void A_paraphrase_is_as_alike_as_its_vector_says(string stored, string other)
    {
        var likeness = LikenessOf(stored, other);
        Assert.InRange(likeness, 0.3, ComparedMemory.OtherWords);
    }

    [Theory, MemberData(nameof(Repeats))]
    public void Texts_that_are_equal_have_equal_hashes(string stored, string repeated)
    {
        var isEqual = LikenessOf(stored, repeated) >= 1;
        Assert.True(!isEqual || Of(stored).Hash == Of(repeated).Hash);
    }

    [Fact]
    public void Memories_without_text_are_the_same_if_their_payloads_and_vectors_are()
    {
        var (one, other) = (new ComparedMemory("""{"n":1}"""u8.ToArray(), "", null, null, 0), new ComparedMemory("""{"n":2}"""u8.ToArray(), "", null, null, 0));
        Assert.Equal(1, one.LikenessTo(one with { }, 0.95));
        Assert.Equal(0, one.LikenessTo(other, 0.95));
        Assert.Equal(0, one.LikenessTo(Of("n 1"), 0));
    }

    private static double LikenessOf(string left, string right) => Of(left).LikenessTo(Of(right), 0);

    private static ComparedMemory Of(string text) =>
        Indexer.Value.ToCompared(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { text })), null, null);
}
