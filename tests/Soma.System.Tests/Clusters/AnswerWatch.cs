using System.Buffers.Binary;

namespace Soma.System.Tests.Clusters;

/// <summary>Reads what Postgres says to a client, byte by byte as it comes, and counts the exchanges it has ended.</summary>
internal sealed class AnswerWatch
{
    private const byte Authentication = (byte)'R';
    private const byte ReadyForQuery = (byte)'Z';

    private readonly byte[] _header = new byte[5];
    private bool _isPastEncryption;
    private int _headerLength;
    private int _rest;

    /// <summary>How many exchanges are over: the start-up's, then one for each query or Sync.</summary>
    public int Ended { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_headerLength == 0 && !_isPastEncryption && bytes[0] is (byte)'N' or (byte)'S' or (byte)'G')
            {
                // Requests for encryption are answered with one letter.
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
