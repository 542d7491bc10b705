using Microsoft.AspNetCore.Connections;
using Soma.Grains.Interfaces;
using Soma.Grains.Interfaces.Settings;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Serving;

/// <summary>Tells what stopped a start in one line and a code, for people and for scripts.</summary>
public static class StartupFailures
{
    public static StartupException Explain(Exception failure) => failure switch
    {
        StartupException known => known,
        InvalidSettingException => new(ExitCode.BadSetting, failure.Message, failure),
        DataFolderInUseException => new(ExitCode.DataInUse, FirstLine(failure), failure),
        DataFolderException => new(ExitCode.DataFolderNotWritable, FirstLine(failure), failure),
        SchemaException => new(ExitCode.Schema, FirstLine(failure), failure),
        StoreUnavailableException => new(ExitCode.DatabaseUnreachable, $"the database cannot be reached: {FirstLine(failure)}", failure),
        IOException { InnerException: AddressInUseException } => new(ExitCode.PortBusy, FirstLine(failure), failure),
        _ => new(ExitCode.Failed, $"cannot start: {FirstLine(failure)} (LOG_LEVEL=debug shows where)", failure),
    };

    private static string FirstLine(Exception failure) => failure.Message.Split('\n', 2)[0].TrimEnd();
}
