using Orleans.Storage;
using Soma.Grains.Storage;
using Soma.Testing.Postgres;

namespace Soma.Grains.Tests.Storage.Postgres;

[Collection(PostgresGroup.Name)]
public sealed class PostgresGrainStorageTests(PostgresFixture fixture) : GrainStorageContract, IAsyncLifetime
{
    private SettingsSilo? _silo;

    protected override IGrainStorage Storage => _silo!.Storage;

    public async Task InitializeAsync()
    {
        var address = await fixture.Server.CreateDatabaseAsync();
        _silo = await SettingsSilo.StartAsync(services => services.AddPostgresStore(address, PatientPostgres.Options), silo => silo.AddPostgresSettingsStorage());
    }

    public async Task DisposeAsync() => await _silo!.DisposeAsync();
}
