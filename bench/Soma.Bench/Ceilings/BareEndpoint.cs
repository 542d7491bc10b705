using System.Diagnostics;

namespace Soma.Bench.Ceilings;

/// <summary>The bare endpoint as a process of its own, so that it shares the machine as the service does.</summary>
internal sealed class BareEndpoint : IDisposable
{
    private readonly Process _process;

    private BareEndpoint(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<BareEndpoint> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(BareEndpoint).Assembly.Location, "bare-endpoint"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) != "dotnet")
        {
            start.ArgumentList.RemoveAt(0);
        }

        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync();
        return new BareEndpoint(process, new Uri(line ?? throw new InvalidOperationException("The bare endpoint did not start.")));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
