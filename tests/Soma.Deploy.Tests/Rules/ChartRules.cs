using Soma.Deploy.Tests.Rendering;

namespace Soma.Deploy.Tests.Rules;

/// <summary>All rules: they must hold of every rendering, with any values.</summary>
internal static class ChartRules
{
    private static readonly Func<RenderedChart, IEnumerable<string>>[] All =
    [
        NameRules.Check, SelectorRules.Check, ServiceRules.Check, VolumeRules.Check, SecurityRules.Check, ResourceRules.Check,
        ProbeRules.Check, ShutdownRules.Check, SecretRules.Check, NetworkRules.Check, AvailabilityRules.Check, BackupRules.Check,
        EnvironmentRules.Check, TlsRules.Check, StoreRules.Check, TextRules.Check,
    ];

    /// <summary>One line for each rule that a rendering breaks.</summary>
    public static IReadOnlyList<string> Check(RenderedChart chart) => [.. All.SelectMany(rule => rule(chart))];
}
