using System.Buffers.Binary;

namespace Soma.System.Tests.Clusters;

/// <summary>
/// Parses the messages from Postgres to a client as their bytes arrive, and counts the exchanges that have ended.
/// </summary>
internal sealed class AnswerWatch
{
    private const byte Authentication = (byte)'R';
    private const byte ReadyForQuery = (byte)'Z';

    private readonly byte[] _header = new byte[5];
    private bool _isPastEncryption;
    private int _headerLength;
    private int _rest;

    /// <summary>How many exchanges have ended: the start-up, then one for each query or Sync.</summary>
    public int Ended { get; private set; }

    /// <summary>Parses the next bytes.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_headerLength == 0 && !_isPastEncryption && bytes[0] is (byte)'N' or (byte)'S' or (byte)'G')
            {
                // Postgres answers a request for encryption with a single letter.
                bytes = bytes[1..];
                continue;
            }

            if (_headerLength < _header.Length)
            {
                _header[_headerLength++] = bytes[0];
                bytes = bytes[1..];
                if (_headerLength == _header.Length)
                {
                    _rest = BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(1)) - 4;
                }
            }
            else
            {
                var taken = Math.Min(_rest, bytes.Length);
                _rest -= taken;
                bytes = bytes[taken..];
            }

            if (_headerLength == _header.Length && _rest == 0)
            {
                _headerLength = 0;
                _isPastEncryption |= _header[0] == Authentication;
                Ended += _header[0] == ReadyForQuery ? 1 : 0;
            }
        }
    }
}
