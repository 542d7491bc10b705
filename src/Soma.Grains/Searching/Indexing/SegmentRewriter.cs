namespace Soma.Grains.Searching.Indexing;

/// <summary>Copies the living slots of some segments into a new, full segment.</summary>
internal static class SegmentRewriter
{
    /// <summary>
    /// Makes the copy, with the slots in their old order, and tells <paramref name="moved"/> each slot's new place. The old
    /// segments stay as they are, for the snapshots that still read them.
    /// </summary>
    public static Segment Merge(IReadOnlyList<Segment> segments, Action<Segment, int, Segment, int> moved)
    {
        var merged = new Segment(segments.Sum(segment => segment.Living));
        foreach (var segment in segments)
        {
            var places = CopySlots(segment, merged, moved);
            foreach (var postings in segment.Terms.All())
            {
                CopyPostings(postings, places, merged);
            }
        }

        return merged;
    }

    private static int[] CopySlots(Segment from, Segment to, Action<Segment, int, Segment, int> moved)
    {
        var places = new int[from.Count];
        Array.Fill(places, -1);
        for (var slot = 0; slot < from.Count; slot++)
        {
            if (!from.IsLiving(slot))
            {
                continue;
            }

            ref readonly var content = ref from[slot];
            places[slot] = to.Append(content, from.OrderOf(slot), from.Passages[slot], from.LikenessHashes[slot]);
            CopyVector((from.Texts, slot), (to.Texts, places[slot]));
            CopyVector((from.Models, slot), (to.Models, places[slot]));
            CopyVector((from.Brought, slot), (to.Brought, places[slot]));
            moved(from, slot, to, places[slot]);
        }

        return places;
    }

    private static void CopyVector((VectorBlock Block, int Slot) from, (VectorBlock Block, int Slot) to)
    {
        var marks = from.Block.MarksOf(from.Slot);
        if (marks.HasFlag(VectorMarks.Present))
        {
            to.Block.Write(to.Slot, from.Block.Read(from.Slot), marks);
        }
        else if (marks.HasFlag(VectorMarks.Final))
        {
            to.Block.MarkFinal(to.Slot);
        }
    }

    private static void CopyPostings(TermPostings postings, int[] places, Segment to)
    {
        foreach (var posting in postings.Read())
        {
            var place = places[TermPostings.SlotOf(posting)];
            if (place >= 0)
            {
                to.Terms.Add(postings.Term, place, TermPostings.OccurrencesOf(posting));
            }
        }
    }
}
