using Npgsql;
using Soma.Grains.Embeddings;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Storage.Postgres;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Silo.Hosting;

/// <summary>
/// Opens the canonical store before any request can use it, and reports in one line why it cannot be opened.
/// </summary>
public static class StoreStart
{
    /// <summary>Turns an address, as a URL or as a connection string, into Npgsql's connection string.</summary>
    /// <exception cref="InvalidSettingException">The address cannot be parsed; the message names <paramref
    /// name="variable"/>.</exception>
    public static string ToConnectionString(string address, string variable)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(address)).ConnectionString;
        }
        // Npgsql's own message may repeat the value, and with it the password, so that message is not shown.
        catch (Exception failure) when (failure is FormatException or ArgumentException)
        {
            throw new InvalidSettingException(variable, "cannot be read; expected postgresql://user:password@host:port/database.");
        }
    }

    /// <summary>Migrates the schema to this version.</summary>
    /// <exception cref="StartupException">The store cannot be reached, or this version cannot use it.</exception>
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

/// <summary>
/// Loads the embedding models before any request can use them, and reports in one line why a model cannot be loaded.
/// </summary>
public static class TextModelsStart
{
    /// <exception cref="StartupException">The chosen model cannot be used; the message names the variable that chose it.</exception>
    public static async Task OpenTextModelsAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await services.GetRequiredService<TextModelRegistry>().OpenAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException or ModelUnavailableException)
        {
            throw Unusable(StartupFailures.FirstLine(failure), failure);
        }
        catch (Exception failure) when (failure is TypeInitializationException or DllNotFoundException)
        {
            throw Unusable("the native ONNX Runtime cannot be loaded on this machine; fast needs none.", failure);
        }
    }

    private static StartupException Unusable(string why, Exception failure) =>
        new(ExitCode.BadSetting, $"{EmbeddingSettings.Variable} cannot be used: {why}", failure);
}
