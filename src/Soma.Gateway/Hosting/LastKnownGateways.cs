using Orleans.Messaging;

namespace Soma.Gateway.Hosting;

/// <summary>
/// Lists the addresses of silos from the membership table. If the table suddenly lists none, it was flushed, although
/// the silos still serve; so the last known list is kept. Otherwise Orleans would disconnect from all silos until the
/// first one has registered again.
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
