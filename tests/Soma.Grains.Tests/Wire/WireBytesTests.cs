using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Wire;

/// <summary>Silos and gateways of two versions run side by side: what the older one writes, today's code must read.</summary>
public sealed class WireBytesTests
{
    // alias, the ids of the members that were set, the bytes.
    private static readonly GoldenLines Golden = new("wire-bytes.txt");

    private static readonly Dictionary<string, object> Samples = WireSamples.All.ToDictionary(sample => WireContract.AliasOf(sample.GetType()));

    [Fact]
    public void Every_wire_type_has_a_sample_with_every_member_set()
    {
        var concrete = WireContract.Types.Where(type => !type.IsAbstract).Select(WireContract.AliasOf);
        Assert.Equal(concrete, Samples.Keys.Order(StringComparer.Ordinal));
        foreach (var (alias, sample) in Samples)
        {
            Assert.All(WireContract.MembersOf(sample.GetType()), member => Assert.False(
                IsUnset(member.Property.GetValue(sample)), $"{alias}: the sample leaves {member.Property.Name} unset."));
        }
    }

    [Fact]
    public void What_is_written_today_is_recorded()
    {
        Golden.Record(Samples.Select(sample => string.Join(
            '\t',
            sample.Key,
            string.Join(',', WireContract.MembersOf(sample.Value.GetType()).Select(member => member.Id)),
            Convert.ToHexStringLower(WireContract.Serialize(sample.Value)))));
        Assert.Empty(Samples.Keys.Except(Golden.All.Select(line => line.Split('\t')[0])));
    }

    [Fact]
    public void What_was_ever_written_is_read_as_it_was_meant()
    {
        Assert.NotEmpty(Golden.All);
        Assert.All(Golden.All, line =>
        {
            var fields = line.Split('\t');
            Assert.True(Samples.TryGetValue(fields[0], out var sample), $"{fields[0]} is gone from the code: a break, since version N-1 still sends it.");
            var read = WireContract.Deserialize(Convert.FromHexString(fields[2]));
            Assert.IsType(sample.GetType(), read);
            AssertSame(sample, read, [.. fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(uint.Parse)]);
        });
    }

    private static void AssertSame(object sample, object read, HashSet<uint> ids)
    {
        if (sample is Exception expected)
        {
            var actual = (SomaException)read;
            Assert.Equal((expected.Message, expected.InnerException?.Message), (actual.Message, actual.InnerException?.Message));
            Assert.Equal(expected.InnerException?.GetType(), actual.InnerException?.GetType());
        }
        else if (sample is Enum)
        {
            Assert.Equal(sample, read);
        }

        var members = WireContract.MembersOf(sample.GetType()).Where(member => ids.Remove(member.Id)).ToList();
        Assert.True(ids.Count == 0, $"{sample.GetType().Name} no longer has the members {string.Join(", ", ids)}: a break.");
        Assert.All(members, member => Assert.Equal(
            WireContract.Serialize(member.Property.GetValue(sample)), WireContract.Serialize(member.Property.GetValue(read))));
    }

    private static bool IsUnset(object? value) => value switch
    {
        null or "" or Array { Length: 0 } => true,
        ValueType => value.Equals(Activator.CreateInstance(value.GetType())),
        _ => false,
    };
}
