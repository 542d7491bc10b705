using Mono.Cecil;

namespace Soma.Architecture.Tests;

/// <summary>Which namespaces directly below one (its rooms) use which others of them, as the compiled code says: signatures, bodies and attributes.</summary>
internal sealed class RoomGraph
{
    private readonly Dictionary<(string From, string To), SortedSet<string>> _uses = [];
    private readonly SortedSet<string> _rooms = [];

    public IReadOnlyCollection<string> Rooms => _rooms;

    public IEnumerable<(string From, string To)> Uses => _uses.Keys;

    public static RoomGraph Of(string assembly, string house)
    {
        var graph = new RoomGraph();
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        foreach (var type in module.GetTypes())
        {
            if (Room(type, house) is { } room)
            {
                graph._rooms.Add(room);
                graph.Add(room, type, house);
            }
        }

        return graph;
    }

    /// <summary>Which types mention a type of these namespaces or of one below them.</summary>
    public static IReadOnlyList<(string User, string Used)> TypesThatUse(string assembly, string[] namespaces)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        return
        [
            .. module.GetTypes()
                .SelectMany(type => TypeReferences.Of(type).Select(used => (User: Outermost(type).FullName, Used: Outermost(used))))
                .Where(use => namespaces.Any(each => use.Used.Namespace == each || use.Used.Namespace.StartsWith(each + '.', StringComparison.Ordinal)))
                .Select(use => (use.User, use.Used.FullName))
                .Distinct(),
        ];
    }

    /// <summary>Rooms that can be reached from each other, each group told with the types that tie it.</summary>
    public IReadOnlyList<string> Cycles()
    {
        var reachable = _rooms.ToDictionary(room => room, Reachable);
        return
        [
            .. _rooms.Where(room => reachable[room].Contains(room))
                .GroupBy(room => string.Join(' ', _rooms.Where(other => reachable[room].Contains(other) && reachable[other].Contains(room))))
                .Select(group => Describe(group.ToHashSet())),
        ];
    }

    private HashSet<string> Reachable(string room)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>([room]);
        while (open.TryPop(out var next))
        {
            foreach (var (_, to) in _uses.Keys.Where(use => use.From == next && seen.Add(use.To)))
            {
                open.Push(to);
            }
        }

        return seen;
    }

    private string Describe(HashSet<string> group) =>
        string.Join('\n', _uses.Where(use => group.Contains(use.Key.From) && group.Contains(use.Key.To)).OrderBy(use => use.Key)
            .Select(use => $"{use.Key.From} → {use.Key.To}: {string.Join(", ", use.Value)}"));

    private void Add(string room, TypeDefinition type, string house)
    {
        foreach (var used in TypeReferences.Of(type))
        {
            if (Room(used, house) is { } other && other != room)
            {
                var key = (room, other);
                _uses.TryAdd(key, []);
                _uses[key].Add($"{Outermost(type).Name} uses {Outermost(used).Name}");
            }
        }
    }

    /// <summary>The piece of a type's namespace after the house's; null for a type of the house itself or of another one.</summary>
    private static string? Room(TypeReference type, string house)
    {
        var name = Outermost(type).Namespace;
        return name.StartsWith(house + '.', StringComparison.Ordinal) ? name[(house.Length + 1)..].Split('.')[0] : null;
    }

    /// <summary>Lambdas and state machines are nested types: they belong to the type around them.</summary>
    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } around ? Outermost(around) : type;
}
