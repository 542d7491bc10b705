using System.Globalization;
using System.Text.RegularExpressions;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>A caller of the fuzz: its key, and the namespaces that are its own alone.</summary>
internal sealed record FuzzCaller(string Tenant, string[] Namespaces, string Key);

/// <summary>
/// A thousand namespaces, each with a canary that is in no request: 200 keys have four each, and the others are nobody's. Names are the
/// same in all tenants, so that only the tenant tells them apart.
/// </summary>
internal sealed partial class KeyFuzzWorld
{
    public const int Keys = 200;
    public const int NamespacesPerKey = 4;
    public const int Nobodys = 200;
    private const int Tenants = 4;
    private const int Parallel = 16;

    // By canary: whose it is (a number of a caller, or −1 for nobody's).
    private readonly Dictionary<string, int> _owners = [];

    public List<FuzzCaller> Callers { get; } = [];

    /// <summary>Namespaces that no caller may use.</summary>
    public List<(string Tenant, string Name)> Untouchable { get; } = [];

    public static async Task<KeyFuzzWorld> PlantAsync(SomaHost soma, Random random)
    {
        var world = new KeyFuzzWorld();
        using var root = soma.NewClient();
        var planted = new List<(string Tenant, string Name, string Canary)>();
        for (var number = 0; number < Keys; number++)
        {
            var (tenant, group) = ($"t{number % Tenants}", $"g{number / Tenants}-");
            string[] names = [.. Enumerable.Range(0, NamespacesPerKey).Select(index => $"{group}{index}")];
            planted.AddRange(names.Select(name => (tenant, name, world.NewCanary(random, number))));
            var made = await root.PostAnswerAsync("/keys", new
            {
                name = $"fuzz {number}",
                tenant,
                namespaces = number % 2 == 0 ? names : [group + "*"],
                // The first hundred may do everything with what is theirs.
                scopes = number < Keys / 2 ? new[] { "read", "write", "delete", "admin" } : ["read", "write"],
            });
            world.Callers.Add(new FuzzCaller(tenant, names, made.Ok()["key"].GetString()!));
        }

        for (var number = 0; number < Nobodys; number++)
        {
            world.Untouchable.Add(($"t{number % Tenants}", $"nobody-{number / Tenants}"));
        }

        planted.AddRange(world.Untouchable.Select(space => (space.Tenant, space.Name, world.NewCanary(random, -1))));
        await System.Threading.Tasks.Parallel.ForEachAsync(planted, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (space, _) =>
        {
            // At the keys, and with the words, that the requests ask for.
            var body = $$$"""{"items":[{"id":"shared","payload":{"text":"{{{space.Canary}}} harbour violin","topic":"harbour"}},{"coord":"1,2","payload":{"text":"snow {{{space.Canary}}}"}}]}""";
            (await root.CallAsync(HttpMethod.Post, "/memories/batch", body, ("X-Soma-Tenant", space.Tenant), ("X-Soma-Namespace", space.Name))).Ok();
        });
        return world;
    }

    /// <summary>A canary in the text that is not the caller's; null: there is none.</summary>
    public string? FindForeign(string text, int caller)
    {
        foreach (var match in Canary().EnumerateMatches(text))
        {
            var canary = text.Substring(match.Index, match.Length);
            if (_owners.TryGetValue(canary, out var owner) && owner != caller)
            {
                return canary;
            }
        }

        return null;
    }

    private string NewCanary(Random random, int owner)
    {
        var canary = $"canary{random.NextInt64().ToString("x16", CultureInfo.InvariantCulture)}";
        _owners[canary] = owner;
        return canary;
    }

    [GeneratedRegex("canary[0-9a-f]{16}", RegexOptions.CultureInvariant)]
    private static partial Regex Canary();
}
