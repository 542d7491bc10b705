using System.Text;
using Microsoft.Extensions.Time.Testing;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Forgetting;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Engine.Quotas;

/// <summary>Random writes of several keys against quotas, with faults of the store and new owners in between, against a replay of the log.</summary>
public sealed class QuotaPropertyTests
{
    private const int Groups = 60;
    private const int Keys = 40;

    private static readonly Dictionary<string, CallerLimits> Limits = new()
    {
        ["one (k1)"] = new CallerLimits { Memories = 5 },
        ["two (k2)"] = new CallerLimits { Bytes = 300 },
        ["three (k3)"] = new CallerLimits { Memories = 4, Bytes = 250 },
    };

    private static readonly string?[] Writers = [null, .. Limits.Keys];

    public static TheoryData<long?, long?, long?, int> Worlds()
    {
        var worlds = new TheoryData<long?, long?, long?, int>();
        for (var seed = 0; seed < 5; seed++)
        {
            worlds.Add(12, null, null, seed);
            worlds.Add(null, 700, null, seed);
            worlds.Add(15, 900, 10, seed);
            worlds.Add(null, null, null, seed);
        }

        return worlds;
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public async Task No_seq_of_the_log_exceeds_a_quota_and_what_is_free_can_be_used(long? memories, long? bytes, long? most, int seed)
    {
        var world = new World(new NamespaceSettings { QuotaMemories = memories, QuotaBytes = bytes, MaxMemories = most }, new Random(seed));
        for (var group = 0; group < Groups; group++)
        {
            await world.WriteGroupAsync();
            await world.UseWhatIsFreeAsync(group);
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
        private EngineHarness _engine;
        private int _refused;

        public World(NamespaceSettings settings, Random random)
        {
            (_settings, _random) = (settings, random);
            _faulty = new FaultyStore(_store) { OnCommit = _ => Fault() };
            _engine = NewEngine();
        }

        public async Task WriteGroupAsync()
        {
            _clock.Advance(TimeSpan.FromMinutes(_random.Next(0, 600)));
            var replies = await Task.WhenAll(Enumerable.Range(0, _random.Next(1, 8)).Select(_ => WriteInsistingAsync(NewCommand())));
            _refused += replies.Count(reply => reply.Status == 507);
        }

        /// <summary>A memory at a fresh key is stored if and only if the log says that there is room for it.</summary>
        public async Task UseWhatIsFreeAsync(int group)
        {
            var writer = Writers[_random.Next(Writers.Length)];
            var put = EngineHarness.PutOf($"{1000 + group}", "x");
            var (total, own) = Held(await LogAsync(), writer);
            var limits = writer is null ? CallerLimits.None : Limits[writer];
            var fits = !(total.Memories + 1 > _settings.QuotaMemories) && !(total.Bytes + put.Payload.Length > _settings.QuotaBytes)
                && !(own.Memories + 1 > limits.Memories) && !(own.Bytes + put.Payload.Length > limits.Bytes);
            var reply = await WriteInsistingAsync(EngineHarness.CommandOf(AnswerKind.Store, null, put) with { By = writer, Limits = LimitsOf(writer) });
            if (fits || _settings.MaxMemories is null)
            {
                Assert.Equal(fits ? 200 : 507, reply.Status);
            }
        }

        public async Task ChangeOwnerAsync(bool isCrash)
        {
            if (!isCrash)
            {
                await _engine.CloseAsync();
            }

            _engine = NewEngine();
        }

        public async Task CheckLogAsync()
        {
            var log = await LogAsync();
            for (var length = 1; length <= log.Count; length++)
            {
                var prefix = log.Take(length).ToList();
                if (prefix[^1].Op != LogOp.Put)
                {
                    continue;
                }

                foreach (var writer in Writers)
                {
                    var (total, own) = Held(prefix, writer, prefix[^1].At);
                    var limits = writer is null ? CallerLimits.None : Limits[writer];
                    Assert.False(total.Memories > _settings.QuotaMemories, $"{total} at seq {length}");
                    Assert.False(total.Bytes > _settings.QuotaBytes, $"{total} at seq {length}");
                    Assert.False(own.Memories > limits.Memories, $"{writer} holds {own} at seq {length}");
                    Assert.False(own.Bytes > limits.Bytes, $"{writer} holds {own} at seq {length}");
                }
            }

            Assert.True(_refused > 5, $"{_refused} refusals show nothing");
        }

        private ((long Memories, long Bytes) Total, (long Memories, long Bytes) Own) Held(IReadOnlyList<LogRow> log, string? writer, Instant? at = null)
        {
            var now = at ?? Instant.From(_clock.GetUtcNow());
            var living = log.GroupBy(row => row.Coordinate).Select(rows => rows.Last())
                .Where(row => row.Op == LogOp.Put && row.Memory.IsVisible(now)).Select(row => LivingMemory.Of(row.Memory)).ToArray();
            var own = living.Where(memory => memory.By == writer).ToArray();
            return ((living.Length, living.Sum(memory => memory.Bytes)), (own.Length, own.Sum(memory => memory.Bytes)));
        }

        private static CallerLimits? LimitsOf(string? writer) => writer is null ? null : Limits[writer];

        private Task<IReadOnlyList<LogRow>> LogAsync() => _store.ReadLogAsync(1, 0, int.MaxValue, default);

        private EngineHarness NewEngine() => new(
            _faulty, new EngineOptions { ReadLease = TimeSpan.FromMilliseconds(50) }, _clock, parts: new HarnessParts { Settings = _settings });

        private StoreFault Fault() => _random.Next(12) switch
        {
            0 => StoreFault.LostBeforeCommit,
            1 => StoreFault.FailAfterCommit,
            2 => StoreFault.Unavailable,
            _ => StoreFault.None,
        };

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

        private WriteCommand NewCommand()
        {
            var writer = Writers[_random.Next(Writers.Length)];
            var command = _random.Next(10) switch
            {
                < 5 => EngineHarness.CommandOf(AnswerKind.Store, null, NewPut()),
                < 8 => EngineHarness.CommandOf(AnswerKind.StoreBatch, null, [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => NewPut())]),
                8 => EngineHarness.CommandOf(AnswerKind.Store, null, new PatchMemory
                {
                    Coordinate = NewKey(),
                    PayloadPatch = Encoding.UTF8.GetBytes($$"""{"more":"{{new string('x', _random.Next(60))}}"}"""),
                }),
                _ => EngineHarness.CommandOf(AnswerKind.Delete, null, new DeleteMemory { Coordinate = NewKey() }),
            };
            return command with { By = writer, Limits = LimitsOf(writer) };
        }

        private Coordinate NewKey() => EngineHarness.At($"{_random.Next(Keys)}");

        private PutMemory NewPut() => new()
        {
            Coordinate = NewKey(),
            Payload = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('m', _random.Next(1, 60))}}"}"""),
            Type = MemoryType.Episodic,
            Importance = 1,
            Text = _random.Next(4) == 0 ? "an ünusual text" : null,
            BroughtVector = _random.Next(5) == 0 ? new byte[8] : null,
            Expiry = _random.Next(3) == 0 ? new Expiry { After = TimeSpan.FromHours(_random.Next(1, 40)) } : default,
        };
    }
}
