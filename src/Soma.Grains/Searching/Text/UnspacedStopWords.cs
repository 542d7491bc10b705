namespace Soma.Grains.Searching.Text;

/// <summary>
/// The characters of Chinese and Japanese that say nothing by themselves: pronouns, particles, question words. Nothing separates words
/// there, so stop words are told by characters and by pairs of them.
/// </summary>
/// <remarks>
/// They are left out of queries only, as the stop words of other languages are. 他哪一天要去看牙 asks for 天, 看, 牙 and their pairs, and not
/// for every memory that has 他 or 一.
/// </remarks>
internal static class UnspacedStopWords
{
    private const string Chinese = "的了是在有和也都就他她它我你您们們这這那哪什么麼谁誰吗嗎呢吧啊要会會能为為被把对對从從到与與及个個着著过過得之其于於以而且或几幾多少怎样樣如何去来來一";
    private const string Japanese = "何誰";

    // Two hiragana can be a word (さく ら). These are endings and particles, and no part of many words.
    private static readonly HashSet<string> Pairs =
        [.. "です ます ませ まし した して しま いる いま ある あり から まで には では とは ので など どこ どの どん いつ だれ なに なん こと もの もう よう んな った って ょう すか りま いて れて てい にあ のは".Split(' ')];

    private static readonly HashSet<char> Characters = [.. Chinese, .. Japanese];

    /// <summary>Whether a character, or a pair of neighbours, counts for nothing in a query. Asked as the query writes it: a term has no hiragana.</summary>
    public static bool Has(ReadOnlySpan<char> term) => term.Length switch
    {
        1 => IsGrammar(term[0]) || IsHiragana(term[0]),
        2 => (IsGrammar(term[0]) && IsGrammar(term[1])) || Pairs.GetAlternateLookup<ReadOnlySpan<char>>().Contains(term)
            || (IsHiragana(term[0]) && IsGrammar(term[1])) || (IsGrammar(term[0]) && IsHiragana(term[1])),
        _ => false,
    };

    private static bool IsGrammar(char sign) => Characters.Contains(sign);

    // One hiragana is an ending or a particle, or a part of a word that its pairs find.
    private static bool IsHiragana(char sign) => sign is >= '\u3041' and <= '\u3096';
}
