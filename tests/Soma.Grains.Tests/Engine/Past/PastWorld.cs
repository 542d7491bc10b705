using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Past;

/// <summary>A namespace with a random history, written through the engine, beside the model of the same history.</summary>
internal sealed class PastWorld
{
    public const int Keys = 5;
    public static readonly string[] Words = ["kettle", "garden", "violin", "harbour"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly EngineOptions _options = new() { ReadLease = TimeSpan.FromSeconds(2) };
    private readonly ICanonicalStore _store;
    private readonly NamespaceKey? _key;
    private readonly FakeTimeProvider _clock;
    private readonly Dictionary<string, long> _versions = [];

    public PastWorld(ICanonicalStore store, int seed, NamespaceKey? key = null)
    {
        (_store, _key) = (store, key);
        Random = new Random(seed);
        _clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        Engine = NewOwner();
    }

    public EngineHarness Engine { get; private set; }

    public Random Random { get; }

    public PastModel Model { get; } = new();

    public Instant Now => Instant.From(_clock.GetUtcNow());

    public static string KeyOf(int number) => $"{number}.0";

    public string AnyKey() => KeyOf(Random.Next(Keys));

    public async Task WriteAsync(int changes)
    {
        for (var i = 0; i < changes; i++)
        {
            // Some commits share their time, and some memories end between two commits.
            _clock.Advance(TimeSpan.FromMilliseconds(Random.Next(3) * 500));
            await ChangeAsync();
        }
    }

    /// <summary>The owner is gone without a word, and another takes the namespace from what the store holds.</summary>
    public async Task KillAsync()
    {
        Engine = NewOwner();
        while (!await IsServingAsync())
        {
        }
    }

    /// <summary>
    /// Where owners share a store, the successor waits until the dead owner's lease has run out, so the clock goes on while it is asked.
    /// A question whose deadline passes meanwhile is asked again.
    /// </summary>
    private async Task<bool> IsServingAsync()
    {
        var first = Engine.GetAsync(AnyKey());
        while (!first.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(first, Task.Delay(TimeSpan.FromMilliseconds(5)));
        }

        try
        {
            await first;
            return true;
        }
        catch (DeadlinePassedException)
        {
            return false;
        }
    }

    public Task<T> AskAsync<T>(Func<NamespaceEngine, Task<T>> ask) => Engine.RunAsync(ask);

    public void Advance(TimeSpan time) => _clock.Advance(time);

    /// <summary>A seq, or a time between the first write and now.</summary>
    public Moment AnyMoment()
    {
        if (Random.Next(2) == 0)
        {
            return new Moment { Seq = Random.NextInt64(Model.Head + 1) };
        }

        var first = Model.Times.Count == 0 ? Now : Model.Times[0];
        return new Moment { At = new Instant(Random.NextInt64(first.Microseconds - 1, Now.Microseconds + 1)) };
    }

    public PastModel.State StateAt(Moment moment) => moment.Seq is { } seq ? Model.At(seq) : Model.At(moment.At!.Value);

    private EngineHarness NewOwner() => new(_store, clock: _clock, key: _key, options: _options);

    private Task ChangeAsync() => Random.Next(12) switch
    {
        < 5 => PutAsync(AnyKey()),
        < 6 => PatchAsync(AnyKey()),
        < 7 => DeleteAsync(AnyKey(), isPurge: false),
        < 8 => DeleteAsync(AnyKey(), isPurge: Random.Next(3) == 0),
        < 11 => LinkAsync(AnyKey(), AnyKey()),
        _ => UnlinkAsync(AnyKey(), AnyKey()),
    };

    private async Task PutAsync(string key)
    {
        var vector = Random.Next(3) == 0 ? Vector(Random.Next(Words.Length)) : null;
        var text = Random.Next(4) == 0 ? Words[Random.Next(Words.Length)] : null;
        var payload = $$"""{"text":"{{Words[Random.Next(Words.Length)]}}","tag":{{Random.Next(3)}}}""";
        var end = Random.Next(4) == 0 ? new Instant(Now.Microseconds + (Random.Next(1, 6) * 300_000)) : (Instant?)null;
        var (type, importance) = ((MemoryType)Random.Next(3), Random.Next(1, 4));
        var reply = await Engine.WriteAsync(CommandOf(AnswerKind.Store, null, new PutMemory
        {
            Coordinate = At(key),
            Payload = Encoding.UTF8.GetBytes(payload),
            Type = type,
            Importance = importance,
            Text = text,
            BroughtVector = vector,
            Expiry = new Expiry { At = end },
        }));
        Record(key, reply, payload, text, type, importance, end, Convert.ToHexString(vector ?? []));
    }

    private async Task PatchAsync(string key)
    {
        var tag = Random.Next(3);
        var before = Model.At(Now).Memories.GetValueOrDefault(key);
        var reply = await Engine.WriteAsync(CommandOf(AnswerKind.Store, null, new PatchMemory
        {
            Coordinate = At(key),
            PayloadPatch = Encoding.UTF8.GetBytes($$"""{"tag":{{tag}}}"""),
            Importance = 9,
        }));
        Assert.Equal(before is not null, reply.Status == 200);
        if (before is not null)
        {
            var word = JsonDocument.Parse(before.Payload).RootElement.GetProperty("text").GetString();
            Record(key, reply, $$"""{"text":"{{word}}","tag":{{tag}}}""", before.Text, before.Type, 9, before.ExpiresAt, before.Vector);
        }
    }

    private async Task DeleteAsync(string key, bool isPurge)
    {
        var wasThere = Model.At(Now).Memories.ContainsKey(key);
        var reply = await Engine.WriteAsync(CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = At(key), Purge = isPurge }));
        // A purge of a memory that is gone takes a seq too, if one of its versions has content.
        Assert.True(isPurge || wasThere == reply.Seq > Model.Head);
        if (reply.Seq > Model.Head)
        {
            Model.Delete(reply.Seq, Now, key);
        }

        if (isPurge)
        {
            Model.Purge(key);
        }
    }

    private async Task LinkAsync(string from, string to)
    {
        var (type, strength) = (Random.Next(2) == 0 ? "related" : "causes", Random.Next(1, 9) / 8.0);
        var reply = await Engine.WriteAsync(CommandOf(
            AnswerKind.Link, null, new PutLink { From = At(from), To = At(to), LinkType = type, Strength = strength }));
        Model.Link(reply.Seq, Now, from, to, type, strength);
    }

    private async Task UnlinkAsync(string from, string to)
    {
        var reply = await Engine.WriteAsync(CommandOf(AnswerKind.Unlink, null, new DeleteLink { From = At(from), To = At(to), LinkType = "related" }));
        if (reply.Seq > Model.Head)
        {
            Model.Unlink(reply.Seq, Now, from, to, "related");
        }
    }

    private void Record(
        string key, WriteReply reply, string payload, string? text, MemoryType type, double importance, Instant? end, string vector)
    {
        Assert.Equal(200, reply.Status);
        var version = _versions[key] = _versions.GetValueOrDefault(key) + 1;
        Model.Put(reply.Seq, Now, key, new ModelMemory(reply.Seq, version, payload, text, type, importance, end, vector));
    }

    /// <summary>A vector that points along one axis, so that two of them are equal or have nothing in common.</summary>
    public static byte[] Vector(int axis)
    {
        var numbers = new float[Words.Length];
        numbers[axis] = 1;
        return System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
    }

    public static TimeSpan Timeout => Patience;
}
