using Soma.Grains.Interfaces;

namespace Soma.Gateway.Answers;

/// <summary>About how many bytes a memory takes in an answer, without writing it.</summary>
internal static class AnswerSize
{
    /// <summary>The silos keep their answers below this; memories shown flat hold their payloads twice and are cut here.</summary>
    public const long Most = 8 * 1024 * 1024;

    /// <summary>The envelope around a payload: coordinate, times and names.</summary>
    private const long Envelope = 600;

    public static long Of(MemoryRecord memory, bool isFlat) =>
        // A number of a vector takes about twelve characters of JSON for its four bytes.
        Envelope + (memory.Payload.Length * (isFlat ? 2L : 1L)) + (3L * (memory.BroughtVector?.Length ?? 0));

    public static long Of(Neighbor neighbor) => Envelope + (neighbor.Metadata?.Length ?? 0);
}
