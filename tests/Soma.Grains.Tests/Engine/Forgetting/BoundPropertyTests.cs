using System.Text;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Engine.Forgetting;

/// <summary>Random writes under a bound, with faults of the store and new owners in between, against a replay of the log.</summary>
public sealed class BoundPropertyTests
{
    private const int Groups = 60;
    private const int Keys = 40;

    public static TheoryData<string, double?, long?, long?, int> Worlds()
    {
        var worlds = new TheoryData<string, double?, long?, long?, int>();
        for (var seed = 0; seed < 6; seed++)
        {
            worlds.Add(EvictionRules.Oldest, null, 12, null, seed);
            worlds.Add(EvictionRules.LeastUsed, null, 12, null, seed);
            worlds.Add(EvictionRules.LeastImportant, null, 3, null, seed);
            worlds.Add(EvictionRules.LeastImportant, 1d, 12, null, seed);
            worlds.Add(EvictionRules.Oldest, null, null, 900, seed);
            worlds.Add(EvictionRules.LeastUsed, null, 9, 600, seed);
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task Bound_holds_at_every_seq_and_the_rule_chooses_what_goes(string rule, double? halfLife, long? memories, long? bytes, int seed)
    {
        var settings = new NamespaceSettings { Evict = rule, HalfLifeDays = halfLife, MaxMemories = memories, MaxBytes = bytes };
        var world = new World(settings, new Random(seed));
        for (var group = 0; group < Groups; group++)
        {
            await world.WriteGroupAsync();
            await world.ReadSomeAsync();
            await world.CheckReadersAsync();
            if (group % 15 == 14)
            {
                await world.ChangeOwnerAsync(isCrash: group % 30 == 29);
            }
        }

        await world.CheckLogAsync();
    }

    private sealed class World
    {
        // Exclusive, so that a new owner waits for no lease, which would need the clock to go on.
        private readonly InMemoryStore _store = new(isExclusive: true);
        private readonly FaultyStore _faulty;
        private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        private readonly NamespaceSettings _settings;
        private readonly Random _random;
        private readonly EvictionOracle _oracle;
        private EngineHarness _engine;
        private int _fresh;

        public World(NamespaceSettings settings, Random random)
        {
            (_settings, _random, _oracle) = (settings, random, new EvictionOracle(settings));
            _faulty = new FaultyStore(_store) { OnCommit = _ => Fault() };
            _engine = NewEngine();
        }

        public async Task WriteGroupAsync()
        {
            _clock.Advance(TimeSpan.FromMinutes(_random.Next(0, 600)));
            var commands = Enumerable.Range(0, _random.Next(1, 8)).Select(_ => NewCommand()).ToArray();
            var replies = await Task.WhenAll(commands.Select(command => WriteInsistingAsync(command)));
            for (var i = 0; i < commands.Length; i++)
            {
                if (replies[i].Status == 200)
                {
                    Note(commands[i], replies[i]);
                }
            }
        }

        /// <summary>Reads some memories. The write after them is decided by counts that only memory has, and commits them.</summary>
        public async Task ReadSomeAsync()
        {
            for (var i = _random.Next(0, 10); i > 0; i--)
            {
                var key = $"{_random.Next(Keys)}";
                var reply = await _engine.RunAsync(engine => engine.GetAsync(
                    new GetMemory { Coordinate = EngineHarness.At(key), Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));
                if (reply.Memory is not null)
                {
                    _oracle.Reads.Add((reply.HeadSeq, EngineHarness.At(key), Instant.From(_clock.GetUtcNow())));
                }
            }

            // A key that was never read: GETs of a memory count for the one that has its key when they are committed.
            var write = EngineHarness.Put($"{Keys + _fresh++}", "after the reads");
            Note(write, await WriteInsistingAsync(write));
        }

        /// <summary>List, counters and bytes keep to the bound after every group.</summary>
        public async Task CheckReadersAsync()
        {
            var list = await _engine.RunAsync(engine => engine.ListAsync(new ListMemories { Limit = 1000, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));
            var counted = (await _store.ReadStatsAsync(false, default)).Total.Total;
            Assert.InRange(list.Memories.Length, 0, _settings.MaxMemories ?? long.MaxValue);
            Assert.InRange(counted, 0, _settings.MaxMemories ?? long.MaxValue);
        }

        public async Task ChangeOwnerAsync(bool isCrash)
        {
            if (!isCrash)
            {
                await _engine.CloseAsync();
            }
            else
            {
                // What was only counted in memory is lost with the process, so it is committed first: the oracle knows all GETs.
                var last = EngineHarness.Put($"{_random.Next(Keys)}", "before the crash");
                Note(last, await WriteInsistingAsync(last));
            }

            _engine = NewEngine();
        }

        public async Task CheckLogAsync()
        {
            var log = await _store.ReadLogAsync(1, 0, int.MaxValue, default);
            _oracle.Replay(log);
            Assert.InRange(_oracle.Most.Memories, 1, _settings.MaxMemories ?? long.MaxValue);
            Assert.InRange(_oracle.Most.Bytes, 1, _settings.MaxBytes ?? long.MaxValue);
            Assert.True(_oracle.Evictions > 20, $"{_oracle.Evictions} evictions show nothing");
            var now = Instant.From(_clock.GetUtcNow());
            var list = await _engine.RunAsync(engine => engine.ListAsync(new ListMemories { Limit = 1000, Timeout = TimeSpan.FromSeconds(20) }, CancellationToken.None));
            Assert.Equal(
                _oracle.Living.Where(row => row.IsVisible(now)).Select(row => row.Seq).Order(), list.Memories.Select(memory => memory.Seq).Order());
        }

        private EngineHarness NewEngine() => new(
            _faulty, new EngineOptions { ReadLease = TimeSpan.FromMilliseconds(50) }, _clock, parts: new HarnessParts { Settings = _settings });

        private StoreFault Fault() => _random.Next(12) switch
        {
            0 => StoreFault.LostBeforeCommit,
            1 => StoreFault.FailAfterCommit,
            2 => StoreFault.Unavailable,
            _ => StoreFault.None,
        };

        private async Task<long> HeadAsync() => (await _store.ReadLogAsync(1, 0, int.MaxValue, default))[^1].Seq;

        private async Task<WriteReply> WriteInsistingAsync(WriteCommand command)
        {
            while (true)
            {
                try
                {
                    return await _engine.WriteAsync(command);
                }
                catch (StoreUnavailableException)
                {
                }
            }
        }

        private WriteCommand NewCommand() => _random.Next(10) switch
        {
            < 6 => EngineHarness.CommandOf(AnswerKind.Store, null, NewPut()),
            < 8 => EngineHarness.CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(0, _random.Next(1, 8)).Select(_ => NewPut())]),
            8 => EngineHarness.CommandOf(AnswerKind.Store, null, new PatchMemory
            {
                Coordinate = NewKey(),
                PayloadPatch = Encoding.UTF8.GetBytes($$"""{"more":"{{new string('x', _random.Next(60))}}"}"""),
            }),
            _ => EngineHarness.CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = NewKey() }),
        };

        private Coordinate NewKey() => EngineHarness.At($"{_random.Next(Keys)}");

        private PutMemory NewPut() => new()
        {
            Coordinate = NewKey(),
            Payload = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('m', _random.Next(1, 60))}}"}"""),
            Type = MemoryType.Episodic,
            Importance = _random.Next(-1, 9),
            Text = _random.Next(4) == 0 ? "an ünusual text" : null,
            BroughtVector = _random.Next(5) == 0 ? new byte[8] : null,
            Expiry = _random.Next(5) == 0 ? new Expiry { After = TimeSpan.FromHours(_random.Next(1, 40)) } : default,
        };

        private void Note(WriteCommand command, WriteReply reply)
        {
            var stored = command.Operations.OfType<PutMemory>().Select(put => put.Coordinate)
                .Concat(command.Operations.OfType<PatchMemory>().Select(patch => patch.Coordinate)).ToHashSet();
            if (stored.Count > 0)
            {
                _oracle.Commands[reply.Seq - command.Operations.Length + 1] = stored;
            }
        }
    }
}
