using System.Buffers.Binary;

namespace Soma.Grains.Embeddings.Unigram;

/// <summary>What Soma needs of a SentencePiece model, a protocol buffer of the type <c>sentencepiece.ModelProto</c>.</summary>
/// <param name="Pieces">Its pieces in order. A piece is plain if a text may be cut into it: not unknown, control or unused.</param>
/// <param name="Type">1: unigram.</param>
/// <param name="Characters">The table of replaced characters.</param>
internal sealed record SentencePieceFile(IReadOnlyList<(string Text, float Score, bool IsPlain)> Pieces, int Type, byte[] Characters)
{
    private const int Normal = 1;
    private const int UserDefined = 4;

    /// <exception cref="InvalidDataException">The file is not a SentencePiece model.</exception>
    public static SentencePieceFile Read(ReadOnlySpan<byte> file)
    {
        var pieces = new List<(string, float, bool)>();
        var (type, characters) = (1, Array.Empty<byte>());
        try
        {
            for (var model = new ProtocolBuffer(file); model.MoveNext();)
            {
                switch (model.Field)
                {
                    case 1:
                        pieces.Add(ReadPiece(model.Bytes));
                        break;
                    case 2:
                        for (var trainer = new ProtocolBuffer(model.Bytes); trainer.MoveNext();)
                        {
                            type = trainer.Field == 3 ? (int)trainer.Number : type;
                        }

                        break;
                    case 3:
                        for (var normalizer = new ProtocolBuffer(model.Bytes); normalizer.MoveNext();)
                        {
                            characters = normalizer.Field == 2 ? normalizer.Bytes.ToArray() : characters;
                        }

                        break;
                }
            }
        }
        catch (ArgumentOutOfRangeException failure)
        {
            throw new InvalidDataException("The folder's sentencepiece.bpe.model is cut off.", failure);
        }

        return new SentencePieceFile(pieces, type, characters);
    }

    private static (string Text, float Score, bool IsPlain) ReadPiece(ReadOnlySpan<byte> message)
    {
        var (text, score, type) = ("", 0f, Normal);
        for (var piece = new ProtocolBuffer(message); piece.MoveNext();)
        {
            switch (piece.Field)
            {
                case 1:
                    text = Encoding.UTF8.GetString(piece.Bytes);
                    break;
                case 2:
                    score = BinaryPrimitives.ReadSingleLittleEndian(piece.Bytes);
                    break;
                case 3:
                    type = (int)piece.Number;
                    break;
            }
        }

        return (text, score, type is Normal or UserDefined);
    }
}

/// <summary>Reads the fields of one message of a protocol buffer in order.</summary>
internal ref struct ProtocolBuffer(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public int Field { get; private set; }

    /// <summary>The value of a number field.</summary>
    public ulong Number { get; private set; }

    /// <summary>The value of a field of bytes, text, another message, or a fixed number of bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <exception cref="ArgumentOutOfRangeException">The message is cut off.</exception>
    /// <exception cref="InvalidDataException">The message has a field of an unknown kind.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var key = ReadNumber();
        Field = (int)(key >> 3);
        switch (key & 7)
        {
            case 0:
                Number = ReadNumber();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Take((int)Math.Min(ReadNumber(), int.MaxValue));
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new InvalidDataException("The folder's sentencepiece.bpe.model is not a SentencePiece model.");
        }

        return true;
    }

    private void Take(int length)
    {
        Bytes = _rest[..length];
        _rest = _rest[length..];
    }

    private ulong ReadNumber()
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = _rest[..1][0];
            _rest = _rest[1..];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }
    }
}
