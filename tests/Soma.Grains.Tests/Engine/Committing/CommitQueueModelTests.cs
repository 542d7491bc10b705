using System.Text;
using System.Text.Json;
using CsCheck;
using Soma.Grains.Engine;
using Soma.Grains.Interfaces;
using Soma.Grains.Storage;
using Soma.Testing.Storage;

namespace Soma.Grains.Tests.Engine.Committing;

/// <summary>The commit queue against a model: random commands at once, while the store fails in every way it may.</summary>
public sealed class CommitQueueModelTests
{
    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[0, 9], Gen.Int[0, 3],
        (coordinate, kind, key, condition) => new Step(coordinate, (StepKind)kind, key < 3 ? key : null, condition));

    private static readonly Gen<(Step[] Steps, StoreFault[] Faults)> Runs =
        Gen.Select(Steps.Array[1, 60], Gen.Enum<StoreFault>().Array[0, 12]);

    private enum StepKind
    {
        Put,
        PutBatch,
        Patch,
        Delete,
        Link,
        Unlink,
    }

    [Fact]
    public async Task Whatever_the_store_does_the_log_holds_each_acknowledged_write_once_and_in_order() =>
        await Runs.SampleAsync(async run => await RunAsync(run.Steps, run.Faults), iter: 300);

    private static async Task RunAsync(Step[] steps, StoreFault[] faults)
    {
        var store = new InMemoryStore();
        var pending = new Queue<StoreFault>(faults);
        var faulty = new FaultyStore(store) { OnCommit = _ => pending.TryDequeue(out var fault) ? fault : StoreFault.None };
        var engine = new EngineHarness(faulty, new EngineOptions { BatchRows = 7, ReadLease = TimeSpan.FromMilliseconds(50) });

        var outcomes = await Task.WhenAll(steps.Select((step, i) => WriteAsync(engine, step, i)));
        var replies = outcomes.Select(outcome => outcome.Reply).ToArray();

        // What was still on its way when its sender stopped believing in it must be shut out.
        Assert.All(await faulty.DeliverLateAsync(), late => Assert.Equal(CommitStatus.Fenced, late.Status));
        var log = await ReadLogAsync(store);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(seq => (long)seq), log.Select(row => row.Seq));
        CheckReplies(steps, replies, log);
        CheckAppliedAtMostOnce(steps, outcomes, log);
        await CheckCurrentAsync(store, log);
        if (!engine.WasReplaced)
        {
            await CheckReadsAsync(engine, log);
        }
    }

    private static async Task<(WriteReply? Reply, SomaException? Failure)> WriteAsync(EngineHarness engine, Step step, int index)
    {
        try
        {
            return (await engine.WriteAsync(step.ToCommand(index)), null);
        }
        catch (SomaException failure)
        {
            return (null, failure);
        }
    }

    private static async Task<IReadOnlyList<LogRow>> ReadLogAsync(InMemoryStore store)
    {
        var taken = await store.TakeEpochAsync(EngineHarness.Key, TimeSpan.FromSeconds(1), CancellationToken.None);
        return taken is null ? [] : await store.ReadLogAsync(taken.Id, 0, int.MaxValue, CancellationToken.None);
    }

    private static void CheckReplies(Step[] steps, WriteReply?[] replies, IReadOnlyList<LogRow> log)
    {
        var bodies = new Dictionary<int, byte[]>();
        for (var i = 0; i < steps.Length; i++)
        {
            if (replies[i] is not { Status: 200 } reply)
            {
                continue;
            }

            if (steps[i].Key is { } key)
            {
                // One key, one request: everyone who was answered got the same bytes.
                Assert.Equal(bodies.TryGetValue(key, out var first) ? first : reply.Body, reply.Body);
                bodies[key] = reply.Body;
                continue;
            }

            CheckLogged(steps[i], reply, log, i);
        }
    }

    /// <summary>A put's payload names its step: none stands in the log twice, and none that was said not to be applied at all.</summary>
    private static void CheckAppliedAtMostOnce(Step[] steps, (WriteReply? Reply, SomaException? Failure)[] outcomes, IReadOnlyList<LogRow> log)
    {
        var payloads = log.Where(row => row.Op == LogOp.Put).Select(row => (row.Coordinate, Encoding.UTF8.GetString(row.Payload!))).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            if (steps[i].ToCommand(i).Operations[0] is not PutMemory put)
            {
                continue;
            }

            var times = payloads.Count(payload => payload == (put.Coordinate, Encoding.UTF8.GetString(put.Payload)));
            Assert.InRange(times, 0, 1);
            var wasRefused = outcomes[i] is { Reply.Status: not 200 } or { Failure.Outcome: WriteOutcome.NotApplied };
            if (steps[i].Key is null)
            {
                Assert.True(times == 0 || !wasRefused, $"step {i} was refused and stands in the log");
            }
        }
    }

    private static void CheckLogged(Step step, WriteReply reply, IReadOnlyList<LogRow> log, int index)
    {
        using var body = JsonDocument.Parse(reply.Body);
        var last = step.Kind == StepKind.PutBatch ? body.RootElement.GetProperty("seq_last").GetInt64() : reply.Seq;
        switch (step.Kind)
        {
            case StepKind.Put:
                Assert.Contains($"\"step\":{index}", Encoding.UTF8.GetString(log[(int)last - 1].Payload!), StringComparison.Ordinal);
                Assert.Equal(log[(int)last - 1].Version, body.RootElement.GetProperty("version").GetInt64());
                break;
            case StepKind.PutBatch:
                Assert.Equal(1, last - body.RootElement.GetProperty("seq_first").GetInt64());
                break;
            case StepKind.Delete or StepKind.Unlink when body.RootElement.GetProperty("deleted").GetBoolean():
                Assert.Equal(step.Kind == StepKind.Delete ? LogOp.Delete : LogOp.Unlink, log[(int)last - 1].Op);
                break;
            case StepKind.Link:
                Assert.Equal(LogOp.Link, log[(int)last - 1].Op);
                break;
        }
    }

    /// <summary>The current rows are what replaying the log gives.</summary>
    private static async Task CheckCurrentAsync(InMemoryStore store, IReadOnlyList<LogRow> log)
    {
        var last = log.Where(row => row.Op is LogOp.Put or LogOp.Delete).GroupBy(row => row.Coordinate).Select(rows => rows.Last()).ToArray();
        var taken = await store.TakeEpochAsync(EngineHarness.Key, TimeSpan.FromSeconds(1), CancellationToken.None);
        var read = await store.ReadAsync(taken?.Id ?? 0, [.. last.Select(row => row.Coordinate)], [], CancellationToken.None);
        Assert.All(last, row =>
        {
            Assert.Equal(row.Seq, read.Rows[row.Coordinate].Seq);
            Assert.Equal(row.Op == LogOp.Put, read.Rows[row.Coordinate].Alive);
        });
    }

    private static async Task CheckReadsAsync(EngineHarness engine, IReadOnlyList<LogRow> log)
    {
        foreach (var row in log.Where(row => row.Op is LogOp.Put or LogOp.Delete).GroupBy(row => row.Coordinate).Select(rows => rows.Last()))
        {
            MemoryRecord? read;
            try
            {
                read = await engine.GetAsync(row.Coordinate.Text);
            }
            catch (ReplacedException)
            {
                // The checks above took the epoch: once the lease is over this engine must not answer any more.
                return;
            }

            Assert.Equal(row.Op == LogOp.Put ? row.Seq : null, read?.Seq);
        }
    }

    private sealed record Step(int Coordinate, StepKind Kind, int? Key, int Condition)
    {
        public WriteCommand ToCommand(int index)
        {
            // Every use of a key asks for the same, so that repeating it is a retry.
            var number = Key is { } key ? 1000 + key : index;
            var coordinate = Key is { } sameKey ? sameKey % 3 : Coordinate;
            var idempotency = Key is { } name ? EngineHarness.KeyOf(name.ToString()) : null;
            var put = new PutMemory
            {
                Coordinate = EngineHarness.At($"{coordinate}"),
                Payload = Encoding.UTF8.GetBytes($$"""{"step":{{number}},"text":"number {{number}}"}"""),
                Type = MemoryType.Semantic,
                Importance = 1,
                Condition = Key is null ? ConditionOf() : default,
            };
            return (Key is null ? Kind : StepKind.Put) switch
            {
                StepKind.Put => EngineHarness.CommandOf(AnswerKind.Store, idempotency, put),
                StepKind.PutBatch => EngineHarness.CommandOf(
                    AnswerKind.StoreBatch, null, put, put with { Coordinate = EngineHarness.At($"{coordinate},7"), Condition = default }),
                StepKind.Patch => EngineHarness.CommandOf(
                    AnswerKind.Store, null, new PatchMemory { Coordinate = put.Coordinate, PayloadPatch = Encoding.UTF8.GetBytes($$"""{"patched":{{number}}}""") }),
                StepKind.Delete => EngineHarness.Delete($"{coordinate}"),
                StepKind.Link => EngineHarness.CommandOf(
                    AnswerKind.Link, null, new PutLink { From = put.Coordinate, To = EngineHarness.At("9"), LinkType = "related", Strength = 1 }),
                _ => EngineHarness.CommandOf(
                    AnswerKind.Unlink, null, new DeleteLink { From = put.Coordinate, To = EngineHarness.At("9"), LinkType = "related" }),
            };
        }

        private Precondition ConditionOf() => Condition switch
        {
            1 => new Precondition { MustExist = true },
            2 => new Precondition { MustNotExist = true },
            _ => default,
        };
    }
}
