using System.Globalization;

namespace Soma.Deploy.Tests.Rules;

/// <summary>Whether a line is five fields as cron reads them (numbers, names, ranges, lists and steps), or one of the names that Kubernetes knows.</summary>
internal static class CronExpression
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Schedules = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly (int First, int Last, string[] Names)[] Fields = [(0, 59, []), (0, 23, []), (1, 31, []), (1, 12, Months), (0, 6, Days)];

    public static bool IsValid(string text)
    {
        var fields = text.Split(' ');
        return Schedules.Contains(text) || (fields.Length == Fields.Length && fields.Zip(Fields).All(pair => pair.First.Split(',').All(part => IsPart(part, pair.Second))));
    }

    private static bool IsPart(string part, (int First, int Last, string[] Names) field)
    {
        var (range, step) = part.Split('/') switch
        {
            [var whole] => (whole, "1"),
            [var whole, var every] => (whole, every),
            _ => ("", ""),
        };
        if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length < 1)
        {
            return false;
        }

        var ends = range.Split('-').Select(end => Number(end, field)).ToArray();
        return range == "*" || (ends.Length is 1 or 2 && ends.All(end => end >= field.First && end <= field.Last) && ends[0] <= ends[^1]);
    }

    private static int? Number(string text, (int First, int Last, string[] Names) field) =>
        Array.IndexOf(field.Names, text.ToLowerInvariant()) is >= 0 and var name ? name + field.First
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
