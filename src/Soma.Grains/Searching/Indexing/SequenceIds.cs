namespace Soma.Grains.Searching.Indexing;

/// <summary>Small numbers for the sequences that living memories belong to, so that rankings work on arrays.</summary>
/// <remarks>
/// A number is given away again once no living slot has it. That is safe for every reader: in its snapshot the old slots
/// and the new ones never live together, because the new ones came after the old had died.
/// </remarks>
internal sealed class SequenceIds
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<(string Name, int References)> _sequences = [];
    private readonly Stack<int> _free = [];

    /// <summary>Every number given is below this.</summary>
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
