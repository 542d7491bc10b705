using System.CommandLine;

namespace Soma;

/// <summary>A command line as text, to be copied into a shell.</summary>
internal static class CommandText
{
    /// <summary>The command line that was given, with an option set to a value: in its place if it was there, else at the end.</summary>
    public static string With(ParseResult parsed, string option, string value)
    {
        var words = parsed.Tokens.Select(token => token.Value).ToList();
        if (words.IndexOf(option) is var place and >= 0)
        {
            words.RemoveRange(place, Math.Min(2, words.Count - place));
        }

        return string.Join(' ', words.Prepend("soma").Append(option).Append(value).Select(Quoted));
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || "-_./:@,=+%~".Contains(letter, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
