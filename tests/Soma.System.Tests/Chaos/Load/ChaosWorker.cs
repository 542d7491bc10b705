using System.Diagnostics;
using Soma.System.Tests.Chaos.Recording;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>One client that runs one operation after the other and records each as it saw it.</summary>
internal sealed class ChaosWorker(LoadOptions options, ChaosClient client, Knowledge knowledge, History history, Random random, string name)
{
    private const double WriteShare = 0.55;

    private static readonly TimeSpan PauseBeforeRepeat = TimeSpan.FromMilliseconds(250);

    private readonly WritePlanner _planner = new(options, knowledge, random, name);

    /// <summary>
    /// Runs operations at the given rate until told to stop, and finishes the operation that is then in flight.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var interval = TimeSpan.FromSeconds(options.Workers / options.Rate);
        while (!stopping.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await StepAsync();
            var rest = interval - Stopwatch.GetElapsedTime(started);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Lists all memories of a namespace.</summary>
    public Task ListAsync(string soleNamespace) => ReadAsync(
        OperationKind.List, soleNamespace, Requests.List, answer => (Sightings.OfList(options.CoordinateTexts, answer), null));

    private Task StepAsync()
    {
        var soleNamespace = options.Namespaces[random.Next(options.Namespaces.Count)];
        var coordinate = $"{random.Next(1, options.Coordinates + 1)}.0";
        if (random.NextDouble() < WriteShare)
        {
            return random.Next(20) == 0 && knowledge.PickKeyed(random) is { } keyed ? ReplayAsync(keyed) : WriteAsync(_planner.Plan(soleNamespace));
        }

        return random.Next(10) switch
        {
            < 4 => ReadAsync(OperationKind.Get, soleNamespace, () => Requests.Get(coordinate), answer => Sightings.OfGet(coordinate, answer)),
            < 6 => FindSpotAsync(soleNamespace, coordinate),
            < 9 => FindMarkerAsync(soleNamespace),
            _ => ListAsync(soleNamespace),
        };
    }

    private async Task WriteAsync(WritePlan plan)
    {
        var answer = await client.SendAsync(plan.MakeRequest);
        var invoked = answer.Invoked;
        var mayBeApplied = answer.OutcomeOfWrite == Outcome.Unknown;
        var defect = answer.Defect;
        // A client with an idempotency key may repeat the request until it knows the outcome, whatever the earlier
        // answers were.
        while (plan.Key is not null && answer.OutcomeOfWrite is Outcome.Unknown or Outcome.NotApplied
            && Stopwatch.GetElapsedTime(invoked) < options.KeyedPatience)
        {
            await Task.Delay(PauseBeforeRepeat);
            answer = await client.SendAsync(plan.MakeRequest);
            mayBeApplied |= answer.OutcomeOfWrite == Outcome.Unknown;
            defect ??= answer.Defect;
        }

        // If the last attempt was answered "not applied", an earlier attempt without an answer may still have been
        // applied.
        var outcome = answer.OutcomeOfWrite != Outcome.Done && mayBeApplied ? Outcome.Unknown : answer.OutcomeOfWrite;
        var operation = plan.ToOperation(answer, invoked, outcome) with { Defect = defect };
        history.Add(operation);
        knowledge.Learn(operation);
        if (plan.Key is not null && outcome == Outcome.Done)
        {
            knowledge.Learn(new KeyedWrite(operation, plan.MakeRequest));
        }
    }

    private async Task ReplayAsync(KeyedWrite keyed)
    {
        var answer = await client.SendAsync(keyed.Make);
        history.Add(keyed.Operation with
        {
            Kind = OperationKind.Replay,
            Invoked = answer.Invoked,
            Returned = answer.Returned,
            Outcome = answer.OutcomeOfWrite,
            Status = answer.Status,
            Body = answer.Text,
            Head = answer.Head,
            ETag = answer.ETag,
            Sightings = [],
            Defect = answer.Defect,
        });
    }

    private Task FindSpotAsync(string soleNamespace, string coordinate)
    {
        var (word, mode) = (Requests.SpotWord(coordinate), PickMode());
        return ReadAsync(
            OperationKind.FindSpot,
            soleNamespace,
            () => Requests.Search(word, mode),
            answer => (Sightings.OfSpot(coordinate, answer), mode is null ? null : Sightings.FindStranger(word, answer)));
    }

    private Task FindMarkerAsync(string soleNamespace)
    {
        if (knowledge.PickMarker(soleNamespace, random) is not { } written)
        {
            return Task.CompletedTask;
        }

        var mode = PickMode();
        return ReadAsync(
            OperationKind.FindMarker,
            soleNamespace,
            () => Requests.Search(written.Marker!, mode),
            answer => (Sightings.OfMarker(written, answer), mode is null ? null : Sightings.FindStranger(written.Marker!, answer)));
    }

    private async Task ReadAsync(
        OperationKind kind, string soleNamespace, Func<HttpRequestMessage> make, Func<Answer, (IReadOnlyList<Sighting>, string?)> look)
    {
        var answer = await client.SendAsync(() =>
        {
            var request = make();
            request.Headers.Add("X-Soma-Namespace", soleNamespace);
            return request;
        });
        var isDone = answer.Status is 200 || (answer.Status == 404 && kind == OperationKind.Get);
        var (seen, defect) = isDone ? look(answer) : ([], null);
        history.Add(new Operation
        {
            Kind = kind,
            Namespace = soleNamespace,
            Invoked = answer.Invoked,
            Returned = answer.Returned,
            Outcome = isDone ? Outcome.Done : Outcome.NotApplied,
            Status = answer.Status,
            Head = isDone ? answer.Head : null,
            Sightings = seen,
            Defect = answer.Defect ?? defect,
        });
    }

    private string? PickMode() => random.Next(2) == 0 ? "keyword" : null;
}
