using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Soma.Hosting;

/// <summary>Turns the exception that stopped a start into one line for people and an exit code for scripts.</summary>
public static class StartupFailures
{
    public static StartupException Explain(Exception failure) => failure switch
    {
        StartupException known => known,
        InvalidSettingException or OptionsValidationException => new(ExitCode.BadSetting, failure.Message, failure),
        IOException { InnerException: AddressInUseException } => new(ExitCode.PortBusy, FirstLine(failure), failure),
        _ => new(ExitCode.Failed, $"cannot start: {FirstLine(failure)} (LOG_LEVEL=debug shows where)", failure),
    };

    public static string FirstLine(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Message.Split('\n', 2)[0].TrimEnd();
    }
}
