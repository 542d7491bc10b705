namespace Soma.Remote;

/// <summary>Writes the answers of a service: as JSON just as they came, or for people.</summary>
/// <param name="host">Where to, and what is shown there.</param>
/// <param name="asJson">Whether as JSON. Of a list, each item is a line.</param>
internal sealed class AnswerWriter(CommandHost host, bool asJson)
{
    private const string Bold = "\x1b[1m";
    private const string Plain = "\x1b[0m";
    private const string Gap = "  ";
    private const int LeastColumn = 20;

    public bool AsJson => asJson;

    /// <summary>Writes an answer, or what a person is told of it.</summary>
    public Task WriteAsync(ServiceAnswer answer, Func<JsonElement, string> describe) => WriteAsync(answer.Json, describe);

    /// <inheritdoc cref="WriteAsync(ServiceAnswer, Func{JsonElement, string})"/>
    public async Task WriteAsync(JsonElement answer, Func<JsonElement, string> describe) =>
        await host.Output.WriteLineAsync(asJson ? OneLine(answer) : describe(answer));

    /// <summary>Writes a list: a table whose last column is cut where the terminal ends. Without items there is no line.</summary>
    /// <returns>How many items there were.</returns>
    public async Task<int> WriteAsync(IReadOnlyCollection<JsonElement> items, string[] titles, Func<JsonElement, string[]> describe, bool isFirst = true)
    {
        if (asJson)
        {
            foreach (var item in items)
            {
                await host.Output.WriteLineAsync(OneLine(item));
            }

            return items.Count;
        }

        var rows = items.Select(item => describe(item).Select(Printable).ToArray()).ToList();
        if (rows.Count > 0)
        {
            var widths = titles.Select((title, column) => Math.Max(title.Length, rows.Max(row => row[column].Length))).ToArray();
            if (isFirst)
            {
                var header = Lay(titles, widths);
                await host.Output.WriteLineAsync(host.HasColours ? Bold + header + Plain : header);
            }

            foreach (var row in rows)
            {
                await host.Output.WriteLineAsync(Lay(row, widths));
            }
        }

        return rows.Count;
    }

    /// <summary>Lines of a name and a value each.</summary>
    public static string Facts(params (string Name, string? Value)[] facts)
    {
        var known = facts.Where(fact => fact.Value is not null).ToList();
        var width = known.Max(fact => fact.Name.Length);
        return string.Join('\n', known.Select(fact => $"{fact.Name.PadRight(width)}{Gap}{Printable(fact.Value ?? "")}"));
    }

    /// <summary>A line break between the tokens of a payload would end the line; inside a string JSON has none.</summary>
    private static string OneLine(JsonElement item) => item.GetRawText().ReplaceLineEndings(" ");

    /// <summary>Takes away what would move the terminal's cursor or change its colours: a memory may hold anything.</summary>
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(one => char.IsControl(one) ? ' ' : one)) : text;

    private string Lay(string[] cells, int[] widths)
    {
        var line = string.Join(Gap, cells.Select((cell, column) => column == cells.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd();
        return host.Columns is { } columns && line.Length > columns && columns > LeastColumn ? line[..(columns - 1)] + "…" : line;
    }
}
