namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Assertions about the result of a check on a handmade run.</summary>
internal static class Expect
{
    public static void Nothing(HandmadeRun run) => Violations(run);

    public static void Violation(HandmadeRun run, string rule) => Violations(run, rule);

    /// <summary>Asserts that exactly these rules were violated, each any number of times.</summary>
    public static void Violations(HandmadeRun run, params string[] rules)
    {
        var report = run.Check();
        var broken = report.Violations.Select(violation => violation[..violation.IndexOf(':', StringComparison.Ordinal)]).Distinct();
        Assert.True(broken.Order().SequenceEqual(rules.Order()), report.ToString());
    }
}
