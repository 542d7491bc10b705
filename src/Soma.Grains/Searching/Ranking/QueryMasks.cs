using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching.Ranking;

/// <summary>Which of a query's words stand in each memory of a snapshot: a bit for each word.</summary>
/// <remarks>The words are read from the postings that the score by words reads too. A query of very many words counts its 64 rarest.</remarks>
internal sealed class QueryMasks : IDisposable
{
    private const int MostWords = 64;

    // The memory itself, two before it and two behind it.
    private const int Reach = 2;

    private readonly IndexSnapshot _snapshot;
    private readonly ulong[] _masks;
    private readonly int _positions;

    private QueryMasks(Candidates candidates, List<QueryTerm> asked, List<SnapshotTerm> words)
    {
        (_snapshot, _positions, Asked, Words) = (candidates.Snapshot, candidates.Positions, asked, words);
        _masks = ArrayPool<ulong>.Shared.Rent(_positions);
        All.Clear();
    }

    /// <summary>The query's words in their order, those that no memory has included.</summary>
    public IReadOnlyList<QueryTerm> Asked { get; }

    /// <summary>The words that living memories have, in the order of the query. The place of a word is the number of its bit.</summary>
    public IReadOnlyList<SnapshotTerm> Words { get; }

    /// <summary>The words of each position.</summary>
    public Span<ulong> All => _masks.AsSpan(0, _positions);

    public static QueryMasks Of(Candidates candidates, TermCounts query, IReadOnlyList<SnapshotTerm> found, CancellationToken cancellationToken)
    {
        var languages = LanguagesOf(candidates.Snapshot);
        var asked = query.Words.Where(word => word.IsCounted && !IsStopWord(word, languages)).ToList();
        var words = found.Where(term => term.Word is { } word && asked.Contains(word)).ToList();
        if (words.Count > MostWords)
        {
            var least = words.Select(word => word.Weight).OrderDescending().ElementAt(MostWords - 1);
            words = [.. words.Where(word => word.Weight >= least).Take(MostWords)];
        }

        var masks = new QueryMasks(candidates, asked, words);
        for (var segment = 0; segment < candidates.Snapshot.SegmentCount && words.Count > 0; segment++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = candidates.Snapshot.LengthOf(segment);
            var part = masks.All.Slice(candidates.OffsetOf(segment), length);
            for (var word = 0; word < words.Count; word++)
            {
                Mark(part, words[word].PostingsIn(segment, length), 1UL << word);
                Mark(part, words[word].FurtherIn(segment, length), 1UL << word);
            }
        }

        return masks;
    }

    /// <summary>The words of a memory and of its neighbours up to two steps away in its sequence.</summary>
    /// <param name="members">The positions of the sequence in order.</param>
    /// <param name="at">The memory's place among them.</param>
    public ulong Window(ReadOnlySpan<int> members, int at)
    {
        var window = 0UL;
        for (var i = Math.Max(0, at - Reach); i <= Math.Min(members.Length - 1, at + Reach); i++)
        {
            window |= _masks[members[i]];
        }

        return window;
    }

    /// <summary>The words of a memory and of its neighbours. It looks the memory's place up, so it is for single memories.</summary>
    public ulong Window(int position, in Slot slot)
    {
        if (slot.Sequence == Slot.NoSequence)
        {
            return _masks[position];
        }

        var members = _snapshot.Sequences().MembersOf(slot.Sequence);
        var at = members.IndexOf(position);
        return at < 0 ? _masks[position] : Window(members, at);
    }

    public void Dispose() => ArrayPool<ulong>.Shared.Return(_masks);

    private static uint LanguagesOf(IndexSnapshot snapshot)
    {
        var languages = Language.English.Bit;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            languages |= snapshot.SegmentAt(i).Terms.Languages;
        }

        return languages;
    }

    private static bool IsStopWord(QueryTerm word, uint languages)
    {
        for (; languages != 0; languages &= languages - 1)
        {
            if (word.In(Language.All[BitOperations.TrailingZeroCount(languages)]) is null)
            {
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mark(Span<ulong> masks, ReadOnlySpan<uint> postings, ulong bit)
    {
        foreach (var posting in postings)
        {
            masks[TermPostings.SlotOf(posting)] |= bit;
        }
    }
}

/// <summary>Adds up the weights of the words in a mask, eight words at a time.</summary>
internal sealed class MaskWeights
{
    private const int Words = 8;

    private readonly float[][] _sums;

    // The sums of the first eight words, which is all that most queries have.
    private readonly float[] _first;

    /// <param name="weights">The weight of each word.</param>
    public MaskWeights(IReadOnlyList<float> weights)
    {
        _sums = new float[(weights.Count + Words - 1) / Words][];
        for (var part = 0; part < _sums.Length; part++)
        {
            var sums = _sums[part] = new float[1 << Math.Min(Words, weights.Count - (part * Words))];
            for (var mask = 1; mask < sums.Length; mask++)
            {
                var lowest = BitOperations.TrailingZeroCount(mask);
                sums[mask] = sums[mask & (mask - 1)] + weights[(part * Words) + lowest];
            }
        }

        _first = _sums is [var first, ..] ? first : [0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Of(ulong mask) => mask < (ulong)_first.Length ? _first[mask] : OfMany(mask);

    private float OfMany(ulong mask)
    {
        var sum = 0f;
        for (var part = 0; mask != 0; part++, mask >>= Words)
        {
            sum += _sums[part][mask & 0xFF];
        }

        return sum;
    }
}
