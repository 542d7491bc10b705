using System.Text;

namespace Soma.System.Tests.Chaos.Checking;

/// <summary>The result of a run.</summary>
internal sealed record ChaosReport
{
    public required int Operations { get; init; }

    /// <summary>How many operations of each kind had each outcome.</summary>
    public required IReadOnlyDictionary<string, int> Outcomes { get; init; }

    /// <summary>How many operations ended with each HTTP status; 0: no answer.</summary>
    public required IReadOnlyDictionary<int, int> Statuses { get; init; }

    public required long LogRows { get; init; }

    /// <summary>How many epochs committed at least one row, over all namespaces.</summary>
    public required int Epochs { get; init; }

    public required int ViolationCount { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Operations} operations, {LogRows} log rows, {Epochs} epochs that committed, {ViolationCount} violations");
        text.AppendLine("statuses: " + string.Join(", ", Statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}×")));
        text.AppendLine("outcomes: " + string.Join(", ", Outcomes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")));
        foreach (var violation in Violations)
        {
            text.AppendLine("  " + violation);
        }

        return text.ToString();
    }
}
