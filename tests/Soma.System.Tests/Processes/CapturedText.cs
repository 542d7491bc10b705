namespace Soma.System.Tests.Processes;

/// <summary>
/// The output of a process, line by line. If a process writes very much, only the latest lines are kept.
/// </summary>
/// <param name="file">A file to which all output is written too; null: none.</param>
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

    /// <summary>
    /// The last lines, for the message of a failure. Of a long line, such as a stack trace, only the beginning is
    /// returned.
    /// </summary>
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
