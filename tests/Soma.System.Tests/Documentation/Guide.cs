using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Soma.Testing;

namespace Soma.System.Tests.Documentation;

/// <summary>A page of documentation as somebody reads it who uses a shell: its first <c>sh</c> block is the preparation, each later one an example that the
/// <c>json</c> or <c>text</c> block behind it answers. The programs of other languages beside them, and what these print, are run by
/// <c>scripts/libraries</c>.</summary>
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
        var text = Repository.Read(page)
            .Replace("http://127.0.0.1:9595", url, StringComparison.Ordinal)
            .Replace("devtoken", token, StringComparison.Ordinal);
        var blocks = Blocks().Matches(text).Select(match => (Language: match.Groups[1].Value, Content: match.Groups[2].Value)).ToList();
        var preparation = blocks[0].Content;
        var examples = new List<Example>();
        for (var i = 1; i < blocks.Count; i += 2)
        {
            if (blocks[i].Language != "sh" || i + 1 == blocks.Count || blocks[i + 1].Language == "sh")
            {
                throw new InvalidDataException($"{page}: each command needs its answer behind it: {blocks[i].Content}");
            }

            examples.Add(new Example(blocks[i].Content, blocks[i + 1].Content));
        }

        return new Guide(preparation, examples);
    }

    /// <summary>Runs an example in a shell of its own; what it printed.</summary>
    /// <param name="example">One of <see cref="Examples"/>.</param>
    /// <param name="folder">Where the shell is started; null: where the tests run.</param>
    public async Task<string> RunAsync(Example example, string? folder = null)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = folder ?? "" };
        using var shell = Process.Start(start) ?? throw new InvalidOperationException("bash does not start");
        await shell.StandardInput.WriteAsync($"set -euo pipefail\n{_preparation}\n{example.Command}");
        shell.StandardInput.Close();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return shell.ExitCode == 0 ? output : throw new InvalidOperationException($"exit code {shell.ExitCode}: {example.Command}");
    }

    [GeneratedRegex(@"^```(sh|json|text)(?: \[(?!The programs print)[^\]]*\])?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}

/// <param name="Command">What the reader types.</param>
/// <param name="Answer">The JSON or the lines that the page shows; <c>"…"</c> in JSON stands for any value, and <c>…</c> in a line for any text.</param>
internal sealed record Example(string Command, string Answer)
{
    /// <summary>What is different in an answer; null where it is as the page shows it.</summary>
    public string? Difference(string answer)
    {
        if (!Answer.StartsWith('{'))
        {
            var pattern = $"^{Regex.Escape(Answer).Replace("…", ".*", StringComparison.Ordinal)}$";
            return Regex.IsMatch(answer, pattern) ? null : $"The page shows:\n{Answer}";
        }

        using var actual = JsonDocument.Parse(answer);
        using var expected = JsonDocument.Parse(Answer);
        return JsonDifference.Find(expected.RootElement, actual.RootElement, "answer");
    }
}
