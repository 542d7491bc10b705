using System.Text.RegularExpressions;

internal sealed record Answer(string Text, bool IsWorthRemembering);

/// <summary>In the place of a language model, so that the example runs without a network. Put a call of your provider here.</summary>
internal static partial class ScriptedModel
{
    public static Task<Answer> AnswerAsync(string system, string message)
    {
        if (!message.TrimEnd().EndsWith('?'))
        {
            return Task.FromResult(new Answer("I will remember that.", true));
        }

        var best = Best().Match(system);
        return Task.FromResult(new Answer(best.Success ? $"You told me: {best.Groups[1]}" : "You have not told me yet.", false));
    }

    [GeneratedRegex(@"^- \[[^\]]*\] (?:[^:]*: )?(.*)$", RegexOptions.Multiline)]
    private static partial Regex Best();
}
