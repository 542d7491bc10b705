using System.Buffers.Binary;
using System.Text;

namespace Soma.System.Tests.Clusters;

/// <summary>
/// Parses the messages from a client to Postgres as their bytes arrive, and tells when a complete commit has been sent.
/// </summary>
/// <remarks>
/// The driver parses a statement without a name the first times, later once under a name, and then only binds that
/// name. So the names of commit statements are remembered. A commit is complete when the Sync after its Bind was sent.
/// </remarks>
internal sealed class CommitWatch
{
    private const string Mark = "commit_batch";
    private const int StartupVersion = 3;

    // A Parse begins with the name and the text of its statement, a Bind with its names. Only the beginning of a
    // message is kept.
    private const int MostRemembered = 4096;

    private readonly HashSet<string> _commits = [];
    private readonly byte[] _header = new byte[5];
    private readonly byte[] _start = new byte[MostRemembered];
    private bool _isPastStartup;
    private bool _isCommitUnderWay;
    private int _headerLength;
    private int _startLength;
    private int _rest;

    /// <summary>How many exchanges the client has requested: the start-up, then one for each query or Sync.</summary>
    public int Asked { get; private set; }

    private char Type => _isPastStartup ? (char)_header[0] : '\0';

    // Until the start-up message was sent, messages have no type byte.
    private int HeaderLength => _isPastStartup ? 5 : 4;

    /// <summary>Parses the next bytes.</summary>
    /// <returns>Whether these bytes complete a commit.</returns>
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
                // Requests for encryption may precede the start-up message and have the same format.
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
