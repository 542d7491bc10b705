namespace Soma.Grains.Tests.Wire;

/// <summary>The wire contract only grows: version N-1 relies on every line that was ever in it.</summary>
public sealed class WireSchemaTests
{
    private static readonly GoldenLines Golden = new("wire-schema.txt");

    [Fact]
    public void Nothing_that_was_promised_is_gone_or_changed()
    {
        Assert.NotEmpty(Golden.All);
        var broken = Golden.All.Except(WireSchema.Lines()).ToList();

        Assert.True(
            broken.Count == 0,
            "Breaks of the wire, never allowed while a version that has these lines may run beside this one. Add a member, a type or a "
            + $"method instead, and leave these as they were:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void What_is_promised_now_is_recorded() => Golden.Record(WireSchema.Lines());
}
