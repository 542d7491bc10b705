using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Grains.Storage;

/// <summary>Keeps what is small and rarely written (settings, keys) in Orleans grain storage beside the canonical store.</summary>
public static class SettingsStorageExtensions
{
    /// <summary>The name that grains ask for their storage by.</summary>
    public const string StorageName = "settings";

    /// <summary>
    /// In Postgres, by Orleans' AdoNet provider over the tables that our migrations make. Needs
    /// <see cref="StorageServiceCollectionExtensions.AddPostgresStore"/>, initialised before the silo starts: the provider
    /// reads its statements then.
    /// </summary>
    public static ISiloBuilder AddPostgresSettingsStorage(this ISiloBuilder silo) =>
        silo.AddAdoNetGrainStorage(StorageName, (OptionsBuilder<AdoNetGrainStorageOptions> options) =>
            options.Configure<DbDataSource>((storage, dataSource) =>
            {
                storage.Invariant = "Npgsql";
                storage.DataSource = dataSource;
            }));

    /// <summary>In the process's SQLite database. Needs <see cref="StorageServiceCollectionExtensions.AddSqliteStore"/>.</summary>
    public static ISiloBuilder AddSqliteSettingsStorage(this ISiloBuilder silo)
    {
        silo.Services.AddGrainStorage(StorageName, (services, _) => new SqliteGrainStorage(
            services.GetRequiredService<SqliteDatabase>(),
            services.GetRequiredService<IGrainStorageSerializer>(),
            services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId));
        return silo;
    }
}
