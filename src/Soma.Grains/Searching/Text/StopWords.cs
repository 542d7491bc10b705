using System.Collections.Frozen;

namespace Soma.Grains.Searching.Text;

/// <summary>
/// English words that say nothing about the subject of a text, including question words, which stand in every query. Indexing
/// them costs seven points of recall on conversations.
/// </summary>
internal static class StopWords
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words = FrozenSet.ToFrozenSet(
        ("a an the and or but nor if then than as at by for from in into of off on onto out over to up down with without within "
        + "about after again against before between during through under until while above below "
        + "i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers herself "
        + "it its itself they them their theirs themselves this that these those there here "
        + "am is are was were be been being have has had having do does did doing done can could will would shall should may might must "
        + "what when where which who whom whose why how "
        + "not no so too very just also only own same such both each few more most other some any all "
        + "because s t d m ll re ve don isn aren wasn weren hasn haven hadn doesn didn won wouldn shouldn couldn "
        + "i'm i've i'll i'd you're you've you'll you'd he's he'd he'll she's she'd she'll it's it'd it'll we're we've we'll we'd "
        + "they're they've they'll they'd that's that'll that'd there's here's what's who's where's when's why's how's let's "
        + "don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't can't cannot couldn't shan't shouldn't mustn't")
        .Split(' '),
        StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> word) => Words.Contains(word);
}
