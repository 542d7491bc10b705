using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

namespace Soma;

/// <summary>
/// <c>soma completion</c>: prints a script by which a shell completes command lines of soma. The script asks soma itself, by a hidden command,
/// so it stays right when soma changes.
/// </summary>
internal static class Completion
{
    private const string Words = "words";

    // Bash splits words at the characters of COMP_WORDBREAKS too, among them the colon, and replaces what stands behind the last of them.
    private const string Bash = """
        _soma() {
            local line="${COMP_LINE:0:COMP_POINT}" word item
            word="${line##*[[:space:]]}"
            COMPREPLY=()
            while IFS= read -r item; do
                COMPREPLY+=("${item#"${word%"${word##*[:=]}"}"}")
            done < <("${COMP_WORDS[0]}" completion words "$line" 2>/dev/null)
        }
        complete -o bashdefault -o default -F _soma soma
        """;

    private const string Zsh = """
        #compdef soma
        _soma() {
            local -a found
            found=("${(@f)$("${words[1]}" completion words "${(j: :)words[1,CURRENT]}" 2>/dev/null)}")
            if [[ -n "${found[1]}" ]]; then
                compadd -- "${found[@]}"
            else
                _files
            fi
        }
        compdef _soma soma
        """;

    private const string Fish = """
        complete -c soma -f -a '(soma completion words (commandline -cp) 2>/dev/null)'
        complete -c soma -l from -l to -l pairs -l encrypt-key-file -l data -r -F
        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName soma -ScriptBlock {
            param($word, $ast, $cursor)
            $line = $ast.ToString().PadRight($cursor - $ast.Extent.StartOffset).Substring(0, $cursor - $ast.Extent.StartOffset)
            & $ast.CommandElements[0].Value completion words $line 2>$null | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish, ["pwsh"] = Pwsh };

    /// <param name="output">Standard output.</param>
    /// <param name="root">The command line that is completed.</param>
    public static Command Make(TextWriter output, RootCommand root)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var completion = new Command("completion", "Print a script that makes a shell complete commands: source <(soma completion bash).") { shell };
        completion.SetAction(async (parsed, _) => await output.WriteAsync(Scripts[parsed.GetRequiredValue(shell)].ReplaceLineEndings("\n") + "\n"));
        var line = new Argument<string>("line");
        var words = new Command(Words, "What may stand where a command line ends.") { line };
        words.Hidden = true;
        words.SetAction(async (parsed, _) =>
        {
            foreach (var word in Complete(root, parsed.GetRequiredValue(line)))
            {
                await output.WriteAsync(word + "\n");
            }
        });
        completion.Add(words);
        return completion;
    }

    /// <summary>The words that may stand at the end of a line, in place of the last one that has begun.</summary>
    internal static IEnumerable<string> Complete(RootCommand root, string line)
    {
        // The first word is the program, under whatever name or path it was called.
        var words = CommandLineParser.SplitCommandLine(line).Skip(1).ToList();
        var begun = line.Length > 0 && !char.IsWhiteSpace(line[^1]) && words.Count > 0 ? words[^1] : "";
        Command command = root;
        Option? open = null;
        foreach (var word in words.Take(begun.Length > 0 ? words.Count - 1 : words.Count))
        {
            if (open is not null)
            {
                open = null;
            }
            else if (word.StartsWith('-'))
            {
                open = command.Options.FirstOrDefault(option => (option.Name == word || option.Aliases.Contains(word)) && option.Arity.MinimumNumberOfValues > 0);
            }
            else if (command.Subcommands.FirstOrDefault(sub => sub.Name == word) is { } sub)
            {
                command = sub;
            }
        }

        return Known(command, open, begun).Where(word => word.StartsWith(begun, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Known(Command command, Option? open, string begun)
    {
        if (open is not null)
        {
            return open.GetCompletions(CompletionContext.Empty).Select(item => item.Label);
        }

        return begun.StartsWith('-')
            ? command.Options.Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name)
                .Concat(command.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty)).Select(item => item.Label));
    }
}
