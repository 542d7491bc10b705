using System.Buffers.Binary;
using System.Security.Cryptography;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Compacting;

namespace Soma.Grains.Storage.Forking;

/// <summary>The source of a fork as its row is, and the moment in it.</summary>
/// <param name="Id">The id of the source.</param>
/// <param name="Row">Its row.</param>
/// <param name="Horizon">Its horizon.</param>
internal sealed record ForkSource(long Id, NamespaceRow Row, Horizon Horizon)
{
    /// <summary>The newest seq of the moment.</summary>
    public long Seq { get; init; }

    /// <summary>The time of the moment, by which memories have expired or not.</summary>
    public Instant Time { get; init; }

    /// <summary>Whether nothing is missing of the moment. Of the present nothing ever is.</summary>
    public bool IsWhole(Moment? asOf) => asOf is not { } moment || (moment.Seq is null ? Horizon.IsWhole(Seq, Time) : Horizon.IsWhole(Seq));

    public ForkResult Refuse(ForkStatus status) => new() { Status = status, OldestSeq = Horizon.Seq, NewestSeq = Row.HeadSeq };
}

/// <summary>What both stores decide alike while they fork.</summary>
internal static class ForkSteps
{
    private const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>Under what a fork is found again: the source and the key, as a hash, because a client chose the key's length.</summary>
    public static byte[]? KeyOf(ForkRequest request) =>
        request.Key is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Source}\n{key.Value}")) : null;

    /// <summary>Whether the moment lies ahead.</summary>
    public static bool IsAhead(ForkRequest request, NamespaceRow source) =>
        request.AsOf is { } moment && (moment.Seq > source.HeadSeq || moment.At > Now(request, source));

    /// <summary>The source's now: its clock never goes back behind its newest commit.</summary>
    public static Instant Now(ForkRequest request, NamespaceRow source) =>
        new(Math.Max(request.Now.Microseconds, source.LastAt));

    /// <summary>The row of the copy.</summary>
    public static NamespaceRow RowOf(ForkRequest request, ForkSource source, long head, MemoryCounts counts) => source.Row with
    {
        Epoch = request.History ? source.Row.Epoch : 0,
        CommitNo = head,
        HeadSeq = head,
        LastAt = source.Seq == source.Row.HeadSeq ? source.Row.LastAt : source.Time.Microseconds,
        Counts = counts,
        Horizon = request.History ? source.Horizon.Seq : head,
    };

    /// <summary>The time from which on the copy's past is whole, whatever the seq.</summary>
    public static Instant HorizonAt(ForkRequest request, ForkSource source) => request.History ? source.Horizon.At : source.Time;

    /// <summary>What is kept of a result beside the copy.</summary>
    public static byte[]? Pack(ForkRequest request, ForkResult result)
    {
        if (request.Key is not { } key)
        {
            return null;
        }

        var answer = new byte[HashBytes + (3 * sizeof(long))];
        key.RequestHash.CopyTo(answer, 0);
        BinaryPrimitives.WriteInt64LittleEndian(answer.AsSpan(HashBytes), result.Seq);
        BinaryPrimitives.WriteInt64LittleEndian(answer.AsSpan(HashBytes + sizeof(long)), result.Memories);
        BinaryPrimitives.WriteInt64LittleEndian(answer.AsSpan(HashBytes + (2 * sizeof(long))), result.Links);
        return answer;
    }

    /// <summary>The result of an earlier fork under the same key.</summary>
    public static ForkResult Unpack(ForkRequest request, byte[] answer, long leaseMilliseconds) =>
        !answer.AsSpan(0, HashBytes).SequenceEqual(request.Key?.RequestHash)
            ? new ForkResult { Status = ForkStatus.KeyInUse }
            : new ForkResult
            {
                Status = ForkStatus.Forked,
                Seq = BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(HashBytes)),
                Memories = BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(HashBytes + sizeof(long))),
                Links = BinaryPrimitives.ReadInt64LittleEndian(answer.AsSpan(HashBytes + (2 * sizeof(long)))),
                Lease = TimeSpan.FromMilliseconds(leaseMilliseconds),
            };
}
