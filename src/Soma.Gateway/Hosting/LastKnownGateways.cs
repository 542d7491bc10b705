using Orleans.Messaging;

namespace Soma.Gateway.Hosting;

/// <summary>
/// Where silos can be reached, as the membership table says; a table that suddenly names none was flushed, and says nothing
/// about silos that still serve. Orleans would hang up on all of them until the first has registered anew.
/// </summary>
internal sealed class LastKnownGateways(IGatewayListProvider table) : IGatewayListProvider
{
    private IList<Uri> _known = [];

    public TimeSpan MaxStaleness => table.MaxStaleness;

    [Obsolete("Orleans asks no more: every list can change.")]
    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => table.InitializeGatewayListProvider();

    public async Task<IList<Uri>> GetGateways()
    {
        var listed = await table.GetGateways();
        return listed.Count > 0 ? _known = listed : _known;
    }
}
