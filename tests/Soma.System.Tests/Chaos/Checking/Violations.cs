namespace Soma.System.Tests.Chaos.Checking;

/// <summary>Collects violations: all are counted, and the first few are described.</summary>
internal sealed class Violations
{
    private const int MostTold = 20;

    private readonly List<string> _first = [];

    public int Count { get; private set; }

    /// <summary>Descriptions of the first few violations.</summary>
    public IReadOnlyList<string> First => _first;

    public void Add(string rule, string what)
    {
        Count++;
        if (_first.Count < MostTold)
        {
            _first.Add($"{rule}: {what}");
        }
    }
}
