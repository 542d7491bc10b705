namespace Soma.System.Tests.Chaos.Checking;

/// <summary>What a check of a handmade run must come to.</summary>
internal static class Expect
{
    public static void Nothing(HandmadeRun run) => Violations(run);

    public static void Violation(HandmadeRun run, string rule) => Violations(run, rule);

    /// <summary>Exactly these rules are broken, however often.</summary>
    public static void Violations(HandmadeRun run, params string[] rules)
    {
        var report = run.Check();
        var broken = report.Violations.Select(violation => violation[..violation.IndexOf(':', StringComparison.Ordinal)]).Distinct();
        Assert.True(broken.Order().SequenceEqual(rules.Order()), report.ToString());
    }
}
