using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

// Access keys, and who calls.
internal static partial class WireSamples
{
    private static IEnumerable<object> Keys() =>
    [
        Limits(),
    ];

    private static CallerLimits Limits() => new() { RequestsPerMinute = 600, Memories = 10_000, Bytes = 1 << 30 };
}
