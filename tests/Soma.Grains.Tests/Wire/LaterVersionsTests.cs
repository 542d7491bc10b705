using System.Text;
using Orleans.Serialization;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

/// <summary>What a process of today makes of what a later version sends.</summary>
public sealed class LaterVersionsTests
{
    [Fact]
    public void Members_that_came_later_are_passed_over()
    {
        var memory = WireSamples.All.OfType<MemoryRecord>().Single();
        var bytes = Unknown(WireContract.Serializer.SerializeToArray(new LaterGetMemoryReply
        {
            Memory = memory,
            HeadSeq = 7,
            Plain = "later",
            Numbers = [1, 2, 3],
            Part = new LaterPart("part", TimeSpan.FromSeconds(1)),
            Anything = new LaterPart("anything", TimeSpan.FromSeconds(2)),
            Shared = memory.Payload,
        }));

        var read = WireContract.Serializer.Deserialize<GetMemoryReply>(bytes);

        Assert.Equal(WireContract.Serialize(new GetMemoryReply { Memory = memory, HeadSeq = 7 }), WireContract.Serialize(read));
    }

    /// <summary>
    /// Why what may travel is a closed set: a new failure or operation may be sent only once every process knows it. Orleans
    /// hands its caller a serializer's error in its place, which says neither what failed nor whether a write was applied.
    /// </summary>
    [Fact]
    public void Failures_and_operations_of_types_that_came_later_cannot_be_read()
    {
        Exception failure = new LaterException("later");
        WriteOperation operation = new LaterOperation { Name = "later" };
        Assert.ThrowsAny<SerializerException>(
            () => WireContract.Serializer.Deserialize<Exception>(Unknown(WireContract.Serializer.SerializeToArray(failure))));
        Assert.ThrowsAny<SerializerException>(
            () => WireContract.Serializer.Deserialize<WriteOperation>(Unknown(WireContract.Serializer.SerializeToArray(operation))));
    }

    /// <summary>The same bytes where the types are known: what fails above is the unknown name, not the value.</summary>
    [Fact]
    public void Failures_cross_with_their_type_and_message_where_they_are_known()
    {
        Exception failure = new LaterException("later");
        var read = Assert.IsType<LaterException>(WireContract.Serializer.Deserialize<Exception>(WireContract.Serializer.SerializeToArray(failure)));
        Assert.Equal(("later", true, WriteOutcome.NotApplied), (read.Message, read.IsRetryable, read.Outcome));
    }

    /// <summary>Gives the test's aliases names that this process has never heard of.</summary>
    private static byte[] Unknown(byte[] bytes) =>
        Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("soma.tests.", "soma.other.", StringComparison.Ordinal));
}
