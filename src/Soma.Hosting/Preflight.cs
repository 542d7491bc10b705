using System.Net;
using System.Net.Sockets;

namespace Soma.Hosting;

/// <summary>
/// Checks the port and the data folder before the start, because a failure later would end in a stack trace after the
/// data was already opened. If the port or folder is lost after this check, the start itself fails.
/// </summary>
public static class Preflight
{
    /// <exception cref="StartupException">The process cannot listen on the address.</exception>
    public static void CheckPort(IPAddress address, int port, string hostVariable, string portVariable)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
        }
        catch (SocketException failure)
        {
            var why = failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"another program is using it; stop that or set {portVariable}.",
                SocketError.AddressNotAvailable => $"this machine has no such address; set {hostVariable}.",
                SocketError.AccessDenied => $"this user may not use it; set {portVariable}.",
                _ => failure.Message,
            };
            throw new StartupException(ExitCode.PortBusy, $"cannot listen on {new IPEndPoint(address, port)}: {why}", failure);
        }
    }

    /// <summary>Checks that the data folder can be written to, and creates the folder if it is missing.</summary>
    /// <exception cref="StartupException">The folder cannot be created or written to.</exception>
    public static void CheckDataFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            using var file = new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                ExitCode.DataFolderNotWritable, $"cannot write to the data folder '{folder}': {failure.Message} Set SOMA_DATA_DIR.", failure);
        }
    }
}
