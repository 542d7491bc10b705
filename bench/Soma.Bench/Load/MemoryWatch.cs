using System.Globalization;

namespace Soma.Bench.Load;

/// <summary>Prints the resident memory of a process as the kernel counts it, beside the service's own gauges.</summary>
internal sealed class MemoryWatch(BenchTarget target, int processId)
{
    private static readonly string[] Words = ["budget", "resident", "cache", "activations"];

    public async Task SampleAsync(string label)
    {
        var gauges = (await target.GetTextAsync("metrics")).Split('\n')
            .Where(line => !line.StartsWith('#') && line.StartsWith("soma_", StringComparison.Ordinal) && Words.Any(word => line.Contains(word, StringComparison.Ordinal)));
        Console.WriteLine($"{label,-18} RSS {Resident()}  {string.Join("  ", gauges)}");
    }

    private string Resident()
    {
        var status = processId > 0 ? $"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/status" : "";
        return File.Exists(status)
            ? File.ReadLines(status).First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))["VmRSS:".Length..].Trim()
            : "(give --pid)";
    }
}
