using Orleans.Storage;
using Soma.Grains.Storage;

namespace Soma.Grains.Tests.Storage.Sqlite;

public sealed class SqliteGrainStorageTests : GrainStorageContract, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("soma-test-").FullName;
    private SettingsSilo? _silo;

    protected override IGrainStorage Storage => _silo!.Storage;

    public async Task InitializeAsync() => _silo = await SettingsSilo.StartAsync(
        services => services.AddSqliteStore(_folder), silo => silo.AddSqliteSettingsStorage());

    public async Task DisposeAsync()
    {
        await _silo!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
