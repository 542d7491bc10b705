using System.Text;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>Requests of callers with keys: those of the other fuzz, and some that reach for what is somebody else's.</summary>
internal static class KeyFuzzRequests
{
    public static (FuzzRequest Request, int Caller) Create(KeyFuzzWorld world, int seed, int index)
    {
        var random = new Random(unchecked((seed * 1_000_003) + (index * 7919) + 1));
        var number = random.Next(world.Callers.Count);
        var caller = world.Callers[number];
        var own = caller.Namespaces[random.Next(caller.Namespaces.Length)];
        var (tenant, other) = Foreign(world, random);
        var request = random.Next(3) == 0 ? Reach(random, own, tenant, other) : FuzzRequests.Create(seed, index);
        // A request goes where it may, or where it may not: to another name, to another tenant, or to both.
        request = random.Next(4) switch
        {
            0 => request with { Tenant = tenant, Namespace = other },
            1 => request with { Tenant = tenant, Namespace = own },
            _ => request with { Tenant = caller.Tenant, Namespace = random.Next(10) == 0 ? request.Namespace : own },
        };
        return (WithKey(random, request, caller.Key), number);
    }

    private static FuzzRequest WithKey(Random random, FuzzRequest request, string key) => random.Next(20) switch
    {
        0 => request with { Headers = [.. request.Headers, ("Authorization", "Basic x"), ("X-API-Key", key)] },
        1 => request with { Headers = [("Authorization", $"bearer  {key} "), .. request.Headers] },
        2 => request with { Headers = [("Authorization", $"Bearer {Spoil(random, key)}"), .. request.Headers] },
        _ => request with { Headers = [("Authorization", $"Bearer {key}"), .. request.Headers] },
    };

    private static string Spoil(Random random, string key)
    {
        var characters = key.ToCharArray();
        characters[random.Next(characters.Length)] = (char)random.Next('!', '~');
        return new string(characters);
    }

    private static (string Tenant, string Name) Foreign(KeyFuzzWorld world, Random random)
    {
        if (random.Next(3) == 0)
        {
            return world.Untouchable[random.Next(world.Untouchable.Count)];
        }

        var other = world.Callers[random.Next(world.Callers.Count)];
        return (other.Tenant, other.Namespaces[random.Next(other.Namespaces.Length)]);
    }

    private static FuzzRequest Reach(Random random, string own, string tenant, string other) => random.Next(27) switch
    {
        0 => Get($"/namespaces/{other}"),
        1 => Get($"/namespaces/{other}/export"),
        2 => Get($"/namespaces/{own}/export?tenant_id={tenant}"),
        3 => Get($"/namespaces/{own}/diff?other={other}"),
        4 => Get($"/namespaces/{other}/diff?from=1"),
        5 => Post($"/namespaces/{other}/fork", $$"""{"to":"{{own}}"}"""),
        6 => Post($"/namespaces/{own}/fork", $$"""{"to":"{{other}}"}"""),
        7 => Post($"/namespaces/{other}/rewind", """{"as_of":1}"""),
        8 => Post($"/namespaces/{other}/import?replace=true", "{}"),
        9 => new FuzzRequest { Method = HttpMethod.Delete, Target = $"/namespaces/{other}?confirm={other}" },
        10 => new FuzzRequest { Method = HttpMethod.Put, Target = $"/namespaces/{other}", Body = "{}"u8.ToArray() },
        11 => Get($"/namespaces?tenant_id={tenant}"),
        12 => Get($"/namespaces?prefix={other}"),
        13 => Get("/changes?after=0"),
        14 => Get($"/changes?after=0&tenant_id={tenant}"),
        15 => Get("/memories/@shared"),
        16 => Get("/memories/@shared/history"),
        17 => Get("/memories/@shared?as_of=1"),
        18 => Get($"/memories/@shared?tenant_id={tenant}&tenant_id={tenant}"),
        19 => Post("/memories/search", $$"""{"query":"canary harbour","top_k":50,"tenant_id":"{{tenant}}"}"""),
        20 => Post("/memories/search", """{"query":"snow violin","as_of":1,"include":["payload"]}"""),
        21 => Get($"/memories?limit=100&tenant_id={tenant}"),
        22 => Get($"/memories/@..%2f..%2f{tenant}%2f{other}%2f@shared"),
        23 => Get("/keys"),
        24 => Post("/keys", $$"""{"name":"more","tenant":"{{tenant}}","namespaces":["{{other}}","*"],"scopes":["read"]}"""),
        25 => Get($"/namespaces/{other}/map"),
        _ => Get(random.Next(2) == 0 ? "/stats" : "/whoami"),
    };

    private static FuzzRequest Get(string target) => new() { Method = HttpMethod.Get, Target = target };

    private static FuzzRequest Post(string target, string body) => new() { Method = HttpMethod.Post, Target = target, Body = Encoding.UTF8.GetBytes(body) };
}
