using System.Collections.Frozen;

namespace Soma.Grains.Searching.Text;

/// <summary>Takes irregular forms of English to the word they are forms of, and the spellings of Britain to those of America, before the stems are made.</summary>
/// <remarks>Forms that are more often another word (<c>left</c>, <c>led</c>, <c>leaves</c>, <c>bit</c>) are not in the list.</remarks>
internal static class EnglishForms
{
    // A longer word before is and its ending is a verb in -ise or -ize in all its forms; of a shorter one, as cruise, it is not.
    private const int ShortestBeforeIse = 4;

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Irregular =
        (
            "mice/mouse geese/goose men/man women/woman feet/foot teeth/tooth children/child wolves/wolf knives/knife "
            + "shelves/shelf thieves/thief halves/half loaves/loaf wives/wife calves/calf scarves/scarf oxen/ox indices/index "
            + "matrices/matrix criteria/criterion bought/buy went/go gone/go ran/run ate/eat eaten/eat wrote/write written/write "
            + "spoke/speak spoken/speak broke/break broken/break took/take taken/take gave/give given/give got/get gotten/get "
            + "came/come saw/see seen/see made/make said/say told/tell thought/think brought/bring caught/catch taught/teach "
            + "sold/sell lost/lose found/find felt/feel kept/keep slept/sleep met/meet paid/pay sent/send spent/spend built/build "
            + "won/win began/begin begun/begin drank/drink drunk/drink drove/drive driven/drive flew/fly flown/fly grew/grow "
            + "grown/grow knew/know known/know rode/ride ridden/ride sang/sing sung/sing swam/swim swum/swim threw/throw "
            + "thrown/throw wore/wear worn/wear chose/choose chosen/choose fell/fall fallen/fall forgot/forget forgotten/forget "
            + "hid/hide hidden/hide held/hold heard/hear meant/mean sat/sit stood/stand stole/steal stolen/steal "
            + "understood/understand woke/wake woken/wake shook/shake shaken/shake fought/fight hung/hang dreamt/dream "
            + "learnt/learn became/become drew/draw drawn/draw lent/lend shot/shoot tore/tear torn/tear lit/light sought/seek "
            + "swore/swear sworn/swear froze/freeze frozen/freeze rang/ring rung/ring sank/sink sunk/sink bent/bend bled/bleed "
            + "bred/breed fed/feed fled/flee dug/dig swept/sweep wept/weep spun/spin stuck/stick struck/strike swung/swing"
        + " grey/gray greys/gray analysis/analyse programme/program programmes/program")
        .Split(' ').Select(pair => pair.Split('/')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> IseEndings = FrozenSet.ToFrozenSet(
        ["ise", "ises", "ised", "iser", "isers", "ising", "isation", "isations"], StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Changes the first <paramref name="length"/> characters in place and returns their number.</summary>
    public static int Unify(Span<char> word, int length)
    {
        if (Irregular.TryGetValue(word[..length], out var other))
        {
            other.CopyTo(word);
            return other.Length;
        }

        return length < 5 ? length : UnifySpelling(word, length);
    }

    private static int UnifySpelling(Span<char> word, int length)
    {
        // theatre, centres
        var end = word[length - 1] == 's' ? length - 1 : length;
        if (end > 4 && word[end - 1] == 'e' && word[end - 2] == 'r' && word[end - 3] is 't' or 'b')
        {
            (word[end - 2], word[end - 1]) = ('e', 'r');
            return length;
        }

        var at = word[..length].IndexOf("our");
        if (at > 1 && "lvbnmid".Contains(word[at - 1], StringComparison.Ordinal) && (at + 3 == length || word[at + 3] is not ('n' or 't')))
        {
            // colour, neighbourhood
            word[(at + 2)..length].CopyTo(word[(at + 1)..]);
            length--;
        }

        at = word[..length].LastIndexOf("is");
        if (at >= ShortestBeforeIse && IseEndings.Contains(word[at..length]))
        {
            // organise, organisation
            word[at + 1] = 'z';
        }
        else if (length > 5 && word[..length].IndexOf("lyz") is > 1 and var analyze)
        {
            word[analyze + 2] = 's';
        }

        return length;
    }
}
