using Soma.Hosting;

namespace Soma.System.Tests.Archives;

/// <summary>How a command ended and what it said.</summary>
internal sealed record Ended(ExitCode Code, string Output, string Errors)
{
    public void AssertWell() => Assert.True(Code == ExitCode.Stopped && Errors.Length == 0, $"{Code}: {Errors}");

    public void AssertFailed(ExitCode code, string why)
    {
        Assert.Equal(code, Code);
        Assert.Matches(@"^soma: [^\n]+\n$", Errors);
        Assert.Contains(why, Errors, StringComparison.Ordinal);
    }
}
