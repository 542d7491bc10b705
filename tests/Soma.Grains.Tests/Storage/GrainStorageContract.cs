using Orleans.Storage;
using Soma.Grains.Interfaces;

namespace Soma.Grains.Tests.Storage;

/// <summary>What the storage named "settings" promises, whichever database is below.</summary>
public abstract class GrainStorageContract
{
    protected abstract IGrainStorage Storage { get; }

    private static GrainId NewGrain() => GrainId.Create("namespace", $"n/tenant/{Guid.NewGuid():N}");

    [Fact]
    public async Task Unknown_state_is_a_new_one_without_a_record()
    {
        var state = await ReadAsync(NewGrain());
        Assert.False(state.RecordExists);
        Assert.Equal(NamespaceSettings.DefaultSequenceFields, state.State!.SequenceFields);
    }

    [Fact]
    public async Task State_comes_back_as_it_was_written_and_written_again()
    {
        var grain = NewGrain();
        var state = await ReadAsync(grain);
        foreach (var field in (string[])["one", "two", "three"])
        {
            state.State = new NamespaceSettings { SequenceFields = [field] };
            await Storage.WriteStateAsync("settings-test", grain, state);
            var read = await ReadAsync(grain);
            Assert.True(read.RecordExists);
            Assert.Equal((field, state.ETag), (Assert.Single(read.State!.SequenceFields), read.ETag));
        }
    }

    [Fact]
    public async Task A_curve_of_relevance_comes_back_with_the_settings()
    {
        var (grain, curve) = (NewGrain(), new RelevanceCurve { Space = "folder:own:1", Threshold = 4.5, PerCosine = 6.25, PerCover = 7.75 });
        var state = await ReadAsync(grain);
        state.State = new NamespaceSettings { Relevance = curve };
        await Storage.WriteStateAsync("settings-test", grain, state);
        Assert.Equal(curve, (await ReadAsync(grain)).State!.Relevance);
    }

    [Fact]
    public async Task Of_concurrent_first_writes_exactly_one_wins_and_reads_go_on()
    {
        for (var round = 0; round < 10; round++)
        {
            var grain = NewGrain();
            var writers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync(grain)));
            var outcomes = await Task.WhenAll(writers.Select((state, i) => TryWriteAsync(grain, state, $"writer {i}")));
            Assert.Single(outcomes, won => won);
            var read = await ReadAsync(grain);
            Assert.Equal($"writer {Array.IndexOf(outcomes, true)}", Assert.Single(read.State!.SequenceFields));
        }
    }

    [Fact]
    public async Task Write_from_an_old_version_is_a_conflict()
    {
        var grain = NewGrain();
        var first = await ReadAsync(grain);
        await Storage.WriteStateAsync("settings-test", grain, first);
        var stale = await ReadAsync(grain);
        await Storage.WriteStateAsync("settings-test", grain, first);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("settings-test", grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("settings-test", grain, stale));
    }

    [Fact]
    public async Task Cleared_state_is_gone_and_can_be_written_again()
    {
        var grain = NewGrain();
        var state = await ReadAsync(grain);
        state.State = new NamespaceSettings { SequenceFields = ["x"] };
        await Storage.WriteStateAsync("settings-test", grain, state);
        await Storage.ClearStateAsync("settings-test", grain, state);
        Assert.False((await ReadAsync(grain)).RecordExists);
        state.State = new NamespaceSettings { SequenceFields = ["y"] };
        await Storage.WriteStateAsync("settings-test", grain, state);
        Assert.Equal("y", Assert.Single((await ReadAsync(grain)).State!.SequenceFields));
    }

    [Fact]
    public async Task Names_that_differ_in_case_alone_are_two_states()
    {
        var (lower, upper) = (GrainId.Create("namespace", "n/t/b1"), GrainId.Create("namespace", "n/t/B1"));
        var state = await ReadAsync(lower);
        await Storage.WriteStateAsync("settings-test", lower, state);
        Assert.False((await ReadAsync(upper)).RecordExists);
    }

    private async Task<GrainState<NamespaceSettings>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<NamespaceSettings> { State = new NamespaceSettings() };
        await Storage.ReadStateAsync("settings-test", grain, state);
        return state;
    }

    private async Task<bool> TryWriteAsync(GrainId grain, GrainState<NamespaceSettings> state, string value)
    {
        state.State = new NamespaceSettings { SequenceFields = [value] };
        try
        {
            await Storage.WriteStateAsync("settings-test", grain, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}
