using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Engine.Past;

/// <summary>What a memory is made of, for the model of a history.</summary>
internal sealed record ModelMemory(long Seq, long Version, string Payload, string? Text, MemoryType Type, double Importance, Instant? ExpiresAt, string Vector)
{
    public bool LivesAt(Instant now) => ExpiresAt is null || ExpiresAt.Value.Microseconds > now.Microseconds;

    /// <summary>What a diff and a rewind go by.</summary>
    public (string, string?, MemoryType, double, Instant?, string) Content => (Payload, Text, Type, Importance, ExpiresAt, Vector);
}

/// <summary>The history of a namespace as a plain list of changes, and the states that replaying it gives. It knows nothing of the engine.</summary>
internal sealed class PastModel
{
    private readonly List<(long Seq, Instant At, Action<State> Apply)> _changes = [];
    private readonly HashSet<long> _purged = [];

    public long Head => _changes.Count == 0 ? 0 : _changes[^1].Seq;

    public IReadOnlyList<Instant> Times => [.. _changes.Select(change => change.At)];

    public void Put(long seq, Instant at, string key, ModelMemory memory) => Add(seq, at, state => state.Memories[key] = memory);

    public void Delete(long seq, Instant at, string key) => Add(seq, at, state =>
    {
        state.Memories.Remove(key);
        foreach (var link in state.Links.Keys.Where(link => link.From == key || link.To == key).ToArray())
        {
            state.Links.Remove(link);
        }
    });

    public void Link(long seq, Instant at, string from, string to, string type, double strength) =>
        Add(seq, at, state => state.Links[(from, to, type)] = strength);

    public void Unlink(long seq, Instant at, string from, string to, string type) => Add(seq, at, state => state.Links.Remove((from, to, type)));

    /// <summary>Erases the content of every version of a key that is there now.</summary>
    public void Purge(string key)
    {
        var state = new State();
        foreach (var (_, _, apply) in _changes)
        {
            apply(state);
            if (state.Memories.TryGetValue(key, out var memory))
            {
                _purged.Add(memory.Seq);
            }
        }
    }

    public State At(long seq) => Replay(change => change.Seq <= seq, _changes.LastOrDefault(change => change.Seq <= seq).At);

    public State At(Instant time) => Replay(change => change.At.Microseconds <= time.Microseconds, time);

    private void Add(long seq, Instant at, Action<State> apply) => _changes.Add((seq, at, apply));

    private State Replay(Func<(long Seq, Instant At, Action<State> Apply), bool> belongs, Instant now)
    {
        var state = new State();
        foreach (var change in _changes.Where(belongs))
        {
            change.Apply(state);
        }

        foreach (var key in state.Memories.Keys.ToArray())
        {
            if (!state.Memories[key].LivesAt(now) || _purged.Contains(state.Memories[key].Seq))
            {
                state.Memories.Remove(key);
            }
        }

        return state;
    }

    /// <summary>What there is at a moment.</summary>
    internal sealed class State
    {
        public SortedDictionary<string, ModelMemory> Memories { get; } = new(StringComparer.Ordinal);

        public Dictionary<(string From, string To, string Type), double> Links { get; } = [];

        /// <summary>The keys that some hops reach, with the hop that reaches them first.</summary>
        public Dictionary<string, int> Reach(string start, int hops, bool outgoing, bool incoming)
        {
            var found = new Dictionary<string, int> { [start] = 0 };
            for (var hop = 1; hop <= hops; hop++)
            {
                foreach (var key in found.Where(each => each.Value == hop - 1).Select(each => each.Key).ToArray())
                {
                    foreach (var (from, to, _) in Links.Keys)
                    {
                        if (outgoing && from == key)
                        {
                            found.TryAdd(to, hop);
                        }

                        if (incoming && to == key)
                        {
                            found.TryAdd(from, hop);
                        }
                    }
                }
            }

            found.Remove(start);
            return found;
        }
    }
}
