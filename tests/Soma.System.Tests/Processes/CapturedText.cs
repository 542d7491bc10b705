namespace Soma.System.Tests.Processes;

/// <summary>What a process wrote, line by line; of a process that never stops writing, the latest.</summary>
/// <param name="file">Where all of it is kept too; null: nowhere.</param>
internal sealed class CapturedText(string? file = null)
{
    private const int MostLines = 5_000;
    private const int MostShown = 600;

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

            if (file is not null)
            {
                File.AppendAllText(file, line + '\n');
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

    /// <summary>The last lines, for a failure's message; of long ones (stack traces) the beginning.</summary>
    public string Tail(int lines)
    {
        lock (_lines)
        {
            return string.Join('\n', _lines.TakeLast(lines).Select(line => line.Length > MostShown ? line[..MostShown] : line));
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
