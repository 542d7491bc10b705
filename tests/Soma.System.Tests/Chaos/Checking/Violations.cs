namespace Soma.System.Tests.Chaos.Checking;

/// <summary>What was found to be wrong: all of it counted, the first of it told.</summary>
internal sealed class Violations
{
    private const int MostTold = 20;

    private readonly List<string> _first = [];

    public int Count { get; private set; }

    /// <summary>The first few, each a sentence.</summary>
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
