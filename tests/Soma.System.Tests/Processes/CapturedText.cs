namespace Soma.System.Tests.Processes;

/// <summary>What a process wrote, line by line; of a process that never stops writing, the latest.</summary>
internal sealed class CapturedText
{
    private const int MostLines = 5_000;

    private readonly Queue<string> _lines = [];

    public void Append(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MostLines)
            {
                _lines.Dequeue();
            }
        }
    }

    public int CountLines(string with)
    {
        lock (_lines)
        {
            return _lines.Count(line => line.Contains(with, StringComparison.Ordinal));
        }
    }

    /// <summary>The last lines, for a failure's message.</summary>
    public string Tail(int lines)
    {
        lock (_lines)
        {
            return string.Join('\n', _lines.Skip(Math.Max(0, _lines.Count - lines)));
        }
    }

    public override string ToString()
    {
        lock (_lines)
        {
            return string.Concat(_lines.Select(line => line + '\n'));
        }
    }
}
