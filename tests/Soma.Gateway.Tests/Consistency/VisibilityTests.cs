using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Consistency;

[Collection(SharedSomaCollection.Name)]
public sealed class VisibilityTests(SharedSoma soma)
{
    [Fact]
    public Task What_was_answered_200_is_seen_by_the_next_read_of_another_connection() => VisibilityChecks.RunAsync(soma.Host, VisibilityChecks.Rounds);
}
