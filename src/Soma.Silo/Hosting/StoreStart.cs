using Npgsql;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Sqlite;
using Soma.Hosting;

namespace Soma.Silo.Hosting;

/// <summary>Opens the canonical store before anything may ask it, and says in a line what keeps it from being opened.</summary>
public static class StoreStart
{
    /// <summary>The form the driver reads, of an address in URL form or its own.</summary>
    /// <exception cref="InvalidSettingException">It cannot be read; <paramref name="variable"/> is named.</exception>
    public static string ToConnectionString(string address, string variable)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(address)).ConnectionString;
        }
        // The driver's own words may repeat the value, and with it the password.
        catch (Exception failure) when (failure is FormatException or ArgumentException)
        {
            throw new InvalidSettingException(variable, "cannot be read; expected postgresql://user:password@host:port/database.");
        }
    }

    /// <summary>Brings the schema up to this version.</summary>
    /// <exception cref="StartupException">The store cannot be reached, or not be used by this version.</exception>
    public static async Task InitializeStoreAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<IStoreInitializer>().InitializeAsync(cancellationToken);
        }
        catch (Exception failure) when (Explain(failure) is { } explained)
        {
            throw explained;
        }
    }

    private static StartupException? Explain(Exception failure) => failure switch
    {
        DataFolderInUseException => new(ExitCode.DataInUse, StartupFailures.FirstLine(failure), failure),
        DataFolderException => new(ExitCode.DataFolderNotWritable, StartupFailures.FirstLine(failure), failure),
        UnsafeStoreException => new(ExitCode.UnsafeDatabase, StartupFailures.FirstLine(failure), failure),
        SchemaException => new(ExitCode.Schema, StartupFailures.FirstLine(failure), failure),
        StoreUnavailableException => new(
            ExitCode.DatabaseUnreachable, $"the database cannot be reached: {StartupFailures.FirstLine(failure)}", failure),
        _ => null,
    };
}
