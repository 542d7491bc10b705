using Soma.Grains.Searching.Indexing;
using Soma.Grains.Searching.Ranking;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Searching;

/// <summary>Writes a memory into a segment: its slot, its vectors and its terms. No snapshot may reach the slot yet.</summary>
internal static class SegmentFilling
{
    /// <summary>Appends a memory, and returns its slot.</summary>
    /// <param name="segment">Must have room.</param>
    /// <param name="entry">The memory.</param>
    /// <param name="sequence">The index's number for the memory's sequence, or <see cref="Slot.NoSequence"/>.</param>
    /// <param name="dimension">How many numbers a vector of the table's space has.</param>
    /// <param name="broughtDimension">How many numbers a brought vector has; one with another number is left out. 0: as many as the first.</param>
    public static int Append(this Segment segment, IndexEntry entry, int sequence, int dimension, int broughtDimension)
    {
        var content = entry.Content;
        var slot = segment.Append(SlotOf(entry, sequence), content.Terms.Order, entry.IsBroughtText ? null : content.Passages, content.LikenessHash);
        WriteVectors(segment, slot, entry, dimension, broughtDimension);
        foreach (var (term, count) in content.Terms.Terms)
        {
            segment.Terms.Add(term, slot, count);
        }

        foreach (var (term, count) in content.FurtherTerms.Terms)
        {
            segment.Terms.Add(TermText.FurtherMark + term, slot, count);
        }

        foreach (var term in content.SpeakerTerms)
        {
            segment.Terms.Add(SpeakerArm.TermOf(term), slot, 1);
        }

        return slot;
    }

    private static void WriteVectors(Segment segment, int slot, IndexEntry entry, int dimension, int broughtDimension)
    {
        ReadOnlySpan<float> brought = MemoryMarshal.Cast<byte, float>(entry.Row.BroughtVector);
        if (entry.IsBroughtText && brought.Length == dimension)
        {
            segment.Texts.Write(slot, UnitVector.Of(brought), VectorMarks.Final);
        }
        else
        {
            // The built-in sentence model knows English only, so the table's vector of another text is final, even where an older
            // version of the service had it refined.
            segment.Texts.Write(slot, entry.Content.Vector, entry.Content.Reading.IsEnglish ? entry.Text : new Refinement(null));
        }

        segment.Models.Write(slot, null, entry.Model);
        if (brought.Length > 0 && (broughtDimension == 0 || brought.Length == broughtDimension))
        {
            segment.Brought.Write(slot, UnitVector.Of(brought), VectorMarks.None);
        }
    }

    private static Slot SlotOf(IndexEntry entry, int sequence) => new()
    {
        Coordinate = entry.Row.Coordinate,
        Seq = entry.Row.Seq,
        CreatedSeq = entry.Row.CreatedSeq,
        Importance = entry.Row.Importance,
        CreatedAt = entry.Row.CreatedAt,
        UpdatedAt = entry.Row.UpdatedAt,
        ExpiresAt = entry.Row.ExpiresAt?.Microseconds ?? long.MaxValue,
        Fields = entry.Content.Fields,
        Length = entry.Content.Terms.Length,
        Sequence = sequence,
        Type = entry.Row.Type,
        // The row's own mark counts, because the refiner goes by it. Other models may have set it than those of today.
        HasText = entry.Row.HasText,
        Known = (byte)MathF.Round(byte.MaxValue * TableTrust.Of(entry.Content.Reading)),
        IsEnglish = entry.Content.Reading.IsEnglish,
        Script = entry.Content.Reading.Script,
    };
}
