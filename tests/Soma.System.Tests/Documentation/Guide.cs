using System.Diagnostics;
using System.Text.RegularExpressions;
using Soma.Testing;

namespace Soma.System.Tests.Documentation;

/// <summary>A page of documentation: its first <c>sh</c> block is the reader's preparation, each later one an example that the
/// <c>json</c> block behind it answers.</summary>
internal sealed partial class Guide
{
    private readonly string _preparation;

    private Guide(string preparation, IReadOnlyList<Example> examples) => (_preparation, Examples) = (preparation, examples);

    public IReadOnlyList<Example> Examples { get; }

    /// <param name="page">Path of the page in the repository.</param>
    /// <param name="url">Where the service listens that the examples are sent to.</param>
    /// <param name="token">The token which that service takes.</param>
    public static Guide Read(string page, string url, string token)
    {
        var text = Repository.Read(page);
        var blocks = Blocks().Matches(text).Select(match => (Language: match.Groups[1].Value, Content: match.Groups[2].Value)).ToList();
        var preparation = blocks[0].Content
            .Replace("http://127.0.0.1:9595", url, StringComparison.Ordinal)
            .Replace("devtoken", token, StringComparison.Ordinal);
        var examples = new List<Example>();
        for (var i = 1; i < blocks.Count; i += 2)
        {
            if (blocks[i].Language != "sh" || i + 1 == blocks.Count || blocks[i + 1].Language != "json")
            {
                throw new InvalidDataException($"{page}: each command needs its answer behind it: {blocks[i].Content}");
            }

            examples.Add(new Example(blocks[i].Content, blocks[i + 1].Content));
        }

        return new Guide(preparation, examples);
    }

    /// <summary>Runs an example in a shell of its own; what it printed.</summary>
    public async Task<string> RunAsync(Example example)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var shell = Process.Start(start) ?? throw new InvalidOperationException("bash does not start");
        await shell.StandardInput.WriteAsync($"set -euo pipefail\n{_preparation}\n{example.Command}");
        shell.StandardInput.Close();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return shell.ExitCode == 0 ? output : throw new InvalidOperationException($"exit code {shell.ExitCode}: {example.Command}");
    }

    [GeneratedRegex(@"^```(sh|json)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}

/// <param name="Command">What the reader types.</param>
/// <param name="Answer">The JSON that the page shows; <c>"…"</c> in it stands for any value.</param>
internal sealed record Example(string Command, string Answer);
