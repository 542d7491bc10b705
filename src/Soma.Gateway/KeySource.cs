using System.Buffers.Binary;

namespace Soma.Gateway;

/// <summary>Makes the ids of memories that are stored without a key: UUIDv7, each greater than the one before.</summary>
/// <remarks>
/// Layout (RFC 9562, 5.7 and 6.2 method 1): 48 bits of Unix milliseconds, a 12-bit counter, 62 random bits. In each millisecond the
/// counter starts again at a random value below 2048. If the counter is full, or the clock goes back, the milliseconds run ahead of
/// the clock. Ids that two gateways make in the same millisecond are in no order, and differ by their random bits.
/// </remarks>
/// <param name="clock">Gives the milliseconds.</param>
/// <param name="random">Must be thread-safe, as <see cref="Random.Shared"/> is.</param>
public sealed class KeySource(TimeProvider clock, Random random)
{
    private const int CounterValues = 1 << 12;
    private const int CounterStarts = 1 << 11;
    private readonly Lock _lock = new();
    private long _milliseconds;
    private int _counter;

    public Coordinate Next()
    {
        var (milliseconds, counter) = Advance();
        Span<byte> uuid = stackalloc byte[16];
        random.NextBytes(uuid[8..]);
        BinaryPrimitives.WriteInt64BigEndian(uuid, (milliseconds << 16) | 0x7000L | (long)counter);
        // The two highest bits of the second half are the variant, 10.
        uuid[8] = (byte)(0x80 | (uuid[8] & 0x3F));
        return Coordinate.FromCanonical(Coordinate.IdMark + new Guid(uuid, bigEndian: true).ToString());
    }

    private (long Milliseconds, int Counter) Advance()
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            if (now > _milliseconds || ++_counter == CounterValues)
            {
                _milliseconds = Math.Max(now, _milliseconds + 1);
                _counter = random.Next(CounterStarts);
            }

            return (_milliseconds, _counter);
        }
    }
}
