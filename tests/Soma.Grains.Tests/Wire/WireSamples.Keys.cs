using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

// Access keys, and who calls.
internal static partial class WireSamples
{
    private static IEnumerable<object> Keys() =>
    [
        Limits(),
        new KeyHolding { Namespace = "n/acme/notes", Memories = 17, Bytes = 4_096 },
        Scopes.Write,
        AccessKey(),
        new ValidKey(AccessKey(), new Instant(1_800_000_000_000_002)),
        new ListedKey(AccessKey(), Usage()),
        Usage(),
    ];

    private static CallerLimits Limits() => new() { RequestsPerMinute = 600, Memories = 10_000, Bytes = 1 << 30 };

    private static KeyUsage Usage() => new() { Requests = 90, Memories = 91, Bytes = 92, LastUsedAt = new Instant(93) };

    private static AccessKey AccessKey() => new()
    {
        Id = "k3f9",
        Name = "ci-agent",
        Tenant = "acme",
        Namespaces = ["support", "user-*"],
        Scopes = Scopes.Read | Scopes.Delete,
        ExpiresAt = new Instant(1_800_000_000_000_003),
        Limits = Limits(),
        CreatedAt = new Instant(94),
        CreatedBy = "root",
        PreviousUntil = new Instant(95),
    };
}
