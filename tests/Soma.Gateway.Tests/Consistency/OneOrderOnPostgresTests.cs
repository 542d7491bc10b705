using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Consistency;

public sealed class OneOrderOnPostgresTests(PostgresSoma soma) : IClassFixture<PostgresSoma>
{
    [Fact]
    public Task A_thousand_writes_of_eight_clients_are_a_thousand_versions_in_one_order() =>
        OneOrderChecks.WritesOfManyClientsFormOneOrderAsync(soma.Host, 1000);

    [Fact]
    public Task A_write_repeated_by_eight_clients_under_one_key_happens_once() => OneOrderChecks.OneIdempotencyKeyIsOneVersionAsync(soma.Host);

    [Fact]
    public Task What_was_answered_200_is_seen_by_the_next_read_of_another_connection() => VisibilityChecks.RunAsync(soma.Host, VisibilityChecks.Rounds / 3);
}
