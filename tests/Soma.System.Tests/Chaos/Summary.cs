using Xunit.Abstractions;

namespace Soma.System.Tests.Chaos;

/// <summary>Writes what a test measured to the test's output, and to the file of summaries if there is one.</summary>
internal sealed class Summary(ITestOutputHelper output)
{
    public void Write(string text)
    {
        output.WriteLine(text);
        if (ChaosSettings.ReportFile is { } file)
        {
            File.AppendAllText(file, text.TrimEnd() + "\n");
        }
    }
}
