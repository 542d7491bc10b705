using System.Buffers.Binary;
using System.Text;

namespace Soma.System.Tests.Clusters;

/// <summary>Reads what a client says to Postgres, byte by byte as it comes, to tell when a whole commit has been said.</summary>
/// <remarks>
/// The driver parses a statement the first times under no name, later once under a name of its own, and then only binds
/// it: names whose text was a commit are remembered. A commit is said once the Sync behind its Bind is there.
/// </remarks>
internal sealed class CommitWatch
{
    private const string Mark = "commit_batch";
    private const int StartupVersion = 3;

    // A Parse has the name and the text of the statement, a Bind its names: both at the beginning.
    private const int MostRemembered = 4096;

    private readonly HashSet<string> _commits = [];
    private readonly byte[] _header = new byte[5];
    private readonly byte[] _start = new byte[MostRemembered];
    private bool _isPastStartup;
    private bool _isCommitUnderWay;
    private int _headerLength;
    private int _startLength;
    private int _rest;

    /// <summary>How many exchanges the client has asked for: the start-up's, then one for each query or Sync.</summary>
    public int Asked { get; private set; }

    private char Type => _isPastStartup ? (char)_header[0] : '\0';

    // Before the start-up message is through, messages have no type.
    private int HeaderLength => _isPastStartup ? 5 : 4;

    /// <summary>Takes the next bytes.</summary>
    /// <returns>Whether a commit is complete with them.</returns>
    public bool Read(ReadOnlySpan<byte> bytes)
    {
        var isComplete = false;
        while (!bytes.IsEmpty)
        {
            if (_headerLength < HeaderLength)
            {
                _header[_headerLength++] = bytes[0];
                bytes = bytes[1..];
                if (_headerLength == HeaderLength)
                {
                    _rest = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(HeaderLength - 4, 4)) - 4;
                    _startLength = 0;
                }
            }
            else
            {
                bytes = bytes[ReadBody(bytes)..];
            }

            if (_headerLength == HeaderLength && _rest == 0)
            {
                isComplete |= EndMessage();
            }
        }

        return isComplete;
    }

    private int ReadBody(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(_rest, bytes.Length);
        var kept = Math.Min(taken, MostRemembered - _startLength);
        bytes[..kept].CopyTo(_start.AsSpan(_startLength));
        _startLength += kept;
        _rest -= taken;
        return taken;
    }

    private bool EndMessage()
    {
        var type = Type;
        _headerLength = 0;
        switch (type)
        {
            case '\0':
                // Requests for encryption come before it, in the same form.
                _isPastStartup = _startLength >= 4 && BinaryPrimitives.ReadInt16BigEndian(_start) == StartupVersion;
                Asked += _isPastStartup ? 1 : 0;
                return false;
            case 'P':
                Remember(Text(0, out var after), Text(after, out _));
                return false;
            case 'B':
                Text(0, out var portal);
                _isCommitUnderWay |= _commits.Contains(Text(portal, out _));
                return false;
            case 'Q':
                Asked++;
                return false;
            case 'S':
                Asked++;
                var isCommit = _isCommitUnderWay;
                _isCommitUnderWay = false;
                return isCommit;
            default:
                return false;
        }
    }

    private void Remember(string name, string statement)
    {
        if (statement.Contains(Mark, StringComparison.Ordinal))
        {
            _commits.Add(name);
        }
        else
        {
            _commits.Remove(name);
        }
    }

    private string Text(int from, out int after)
    {
        var rest = _start.AsSpan(from, _startLength - from);
        var end = rest.IndexOf((byte)0);
        end = end < 0 ? rest.Length : end;
        after = Math.Min(from + end + 1, _startLength);
        return Encoding.UTF8.GetString(rest[..end]);
    }
}
