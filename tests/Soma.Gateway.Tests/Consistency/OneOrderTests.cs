using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Consistency;

[Collection(SharedSomaCollection.Name)]
public sealed class OneOrderTests(SharedSoma soma)
{
    [Fact]
    public Task A_thousand_writes_of_eight_clients_are_a_thousand_versions_in_one_order() =>
        OneOrderChecks.WritesOfManyClientsFormOneOrderAsync(soma.Host, 1000);

    [Fact]
    public Task A_write_repeated_by_eight_clients_under_one_key_happens_once() => OneOrderChecks.OneIdempotencyKeyIsOneVersionAsync(soma.Host);
}
