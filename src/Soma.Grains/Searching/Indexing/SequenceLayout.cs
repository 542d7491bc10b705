namespace Soma.Grains.Searching.Indexing;

/// <summary>Gives the sequences of living memories small numbers, so that rankings can use arrays.</summary>
/// <remarks>
/// A number is reused when no living slot has it. This is safe for readers: the new slots were added after the old ones had died,
/// so no snapshot has both.
/// </remarks>
internal sealed class SequenceIds
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<(string Name, int References)> _sequences = [];
    private readonly Stack<int> _free = [];

    /// <summary>All numbers in use are below this.</summary>
    public int Bound => _sequences.Count;

    public int Acquire(string? name)
    {
        if (name is null)
        {
            return Slot.NoSequence;
        }

        if (!_ids.TryGetValue(name, out var id))
        {
            if (!_free.TryPop(out id))
            {
                id = _sequences.Count;
                _sequences.Add(default);
            }

            _ids.Add(name, id);
            _sequences[id] = (name, 0);
        }

        _sequences[id] = (name, _sequences[id].References + 1);
        return id;
    }

    public void Release(int id)
    {
        if (id == Slot.NoSequence)
        {
            return;
        }

        var (name, references) = _sequences[id];
        _sequences[id] = (name, references - 1);
        if (references == 1)
        {
            _ids.Remove(name);
            _sequences[id] = default;
            _free.Push(id);
        }
    }
}

/// <summary>A snapshot's memories by sequence, each sequence in the order its memories were first written.</summary>
/// <remarks>Memories are named by their position: the slots of all segments counted through.</remarks>
internal sealed class SequenceLayout(int[] members, int[] starts)
{
    /// <summary>How many sequences there are, including empty ones.</summary>
    public int Count => starts.Length - 1;

    public ReadOnlySpan<int> MembersOf(int sequence) => members.AsSpan(starts[sequence]..starts[sequence + 1]);

    public static SequenceLayout Of(IndexSnapshot snapshot)
    {
        var starts = new int[snapshot.SequenceBound + 1];
        ForEachMember(snapshot, (sequence, _, _) => starts[sequence + 1]++);
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var (members, created, next) = (new int[starts[^1]], new long[starts[^1]], starts.ToArray());
        ForEachMember(snapshot, (sequence, position, createdSeq) =>
        {
            var place = next[sequence]++;
            members[place] = position;
            created[place] = createdSeq;
        });

        for (var i = 0; i + 1 < starts.Length; i++)
        {
            Order(created.AsSpan(starts[i]..starts[i + 1]), members.AsSpan(starts[i]..starts[i + 1]));
        }

        return new SequenceLayout(members, starts);
    }

    // Slots are in the order of writing, so most sequences are already in order. If they were loaded newest first, they are in
    // reverse order.
    private static void Order(Span<long> created, Span<int> members)
    {
        var (rising, falling) = (true, true);
        for (var i = 1; i < created.Length; i++)
        {
            rising &= created[i] > created[i - 1];
            falling &= created[i] < created[i - 1];
        }

        if (falling && !rising)
        {
            members.Reverse();
        }
        else if (!rising)
        {
            created.Sort(members);
        }
    }

    private static void ForEachMember(IndexSnapshot snapshot, Action<int, int, long> visit)
    {
        var offset = 0;
        for (var i = 0; i < snapshot.SegmentCount; i++)
        {
            var (segment, length) = (snapshot.SegmentAt(i), snapshot.LengthOf(i));
            for (var slot = 0; slot < length; slot++)
            {
                ref readonly var content = ref segment[slot];
                if (content.Sequence != Slot.NoSequence && segment.LivesAt(slot, snapshot.Publication))
                {
                    visit(content.Sequence, offset + slot, content.CreatedSeq);
                }
            }

            offset += length;
        }
    }
}
