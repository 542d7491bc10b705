using System.Collections.Immutable;
using System.Net;
using Orleans.Clustering.Redis;

namespace Soma.Silo.Tests.Membership;

/// <summary>A membership table and one silo's view of it, both controlled by the test.</summary>
internal sealed class FakeMembership(int silos, int self) : IMembershipTable, IClusterMembershipService, ILocalSiloDetails
{
    private readonly SiloAddress[] _silos =
        [.. Enumerable.Range(0, silos).Select(i => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111 + i), 1))];

    /// <summary>How often a row was read from the table.</summary>
    public int Looks { get; private set; }

    public bool HasRow { get; set; } = true;

    public bool IsAway { get; set; }

    /// <summary>
    /// Whether the table has no version row either, which is what the provider finds after Redis was flushed.
    /// </summary>
    public bool IsFlushed { get; set; }

    public SiloStatus Status { get; set; } = SiloStatus.Active;

    public SiloAddress SiloAddress => _silos[self];

    public SiloAddress GatewayAddress => SiloAddress;

    public string Name => "test";

    public string ClusterId => "test";

    public string DnsHostName => "localhost";

    public ClusterMembershipSnapshot CurrentSnapshot => new(
        _silos.ToImmutableDictionary(silo => silo, silo => new ClusterMember(silo, SiloStatus.Active, "silo")), new MembershipVersion(1));

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

    public Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        Looks++;
        if (IsAway)
        {
            throw new TimeoutException("away");
        }

        if (IsFlushed)
        {
            throw new RedisClusteringException("The table has no version.");
        }

        var version = new TableVersion(1, "1");
        return Task.FromResult(HasRow
            ? new MembershipTableData(Tuple.Create(new MembershipEntry { SiloAddress = key, Status = Status }, "1"), version)
            : new MembershipTableData(version));
    }

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();

    public Task InitializeMembershipTable(bool tryInitTableVersion) => throw new NotSupportedException();

    public Task DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

    public Task<MembershipTableData> ReadAll() => throw new NotSupportedException();

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

    public Task UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();
}
