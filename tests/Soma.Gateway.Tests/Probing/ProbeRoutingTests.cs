using Orleans.CodeGeneration;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Probing;

public sealed class ProbeRoutingTests
{
    [Fact]
    public void A_probe_s_second_attempt_goes_out_by_another_silo_than_its_first()
    {
        var requests = typeof(ISystemGrain).Assembly.GetTypes()
            .Where(type => typeof(IRequest).IsAssignableFrom(type) && !type.IsAbstract && !type.ContainsGenericParameters)
            .Select(type => (IRequest)Activator.CreateInstance(type)!)
            .Where(request => request.GetInterfaceType() == typeof(ISystemGrain))
            .ToList();
        Assert.Equal(4, requests.Count);
        Assert.All(requests, request => Assert.True(request.Options.HasFlag(InvokeMethodOptions.Unordered)));
    }
}
