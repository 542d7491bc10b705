using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using Soma.Bench.Load;

namespace Soma.Bench.Peers;

/// <summary>
/// <c>bench peers</c>: the same vectors in Soma and in other stores, searched and stored in turn within one run. Soma searches exactly
/// and over HTTP; the others by a graph and over their own protocols, with the usual .NET client. What a graph misses is measured, too.
/// </summary>
public static class PeersCommand
{
    private const int Wanted = 10;
    private const int Questions = 1_024;
    private const int Compared = 200;

    public static async Task<int> RunAsync(string[] rest)
    {
        var arguments = new BenchArguments(rest);
        using var soma = BenchTarget.Read(arguments);
        var (postgres, redis) = (arguments.Text("--postgres"), arguments.Text("--redis"));
        if (soma is null || arguments.Text("--token") is not { } token || (postgres ?? redis) is null)
        {
            await Console.Error.WriteLineAsync("bench peers: needs --url and --token of a service on this machine, and --postgres <url> or --redis <host:port>.");
            return 2;
        }

        if (new[] { postgres, redis is null ? null : $"redis://{redis}" }.OfType<string>().Any(url => !new Uri(url).IsLoopback))
        {
            await Console.Error.WriteLineAsync("bench peers: only servers on 127.0.0.1 or localhost are put under load.");
            return 2;
        }

        var peers = new List<IVectorPeer>();
        if (postgres is not null)
        {
            peers.Add(new PgVectorPeer(postgres));
        }

        if (redis is not null)
        {
            peers.Add(new RedisVectorPeer(redis));
        }

        var connections = arguments.Number("--connections", 16, 256);
        var runs = arguments.Number("--runs", 5, 50);
        var memories = arguments.Number("--memories", 10_000, 200_000);
        var time = TimeSpan.FromSeconds(arguments.Number("--seconds", 3, 60));
        var space = $"bench-peer-{Guid.NewGuid():N}"[..20];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{memories} vectors, {connections} connections, medians of {runs} runs of {time.TotalSeconds} s; the first run is shown apart"));
        var vectors = Enumerable.Range(0, memories).Select(VectorOf).ToList();
        var questions = Enumerable.Range(memories, Questions).Select(n => (Vector: VectorOf(n), Memory: Mix.Memory(n, 24, null))).ToList();
        await soma.FillAsync(space, memories, (key, n) => $$"""{"coord":"{{key}}",{{Mix.Memory(n, 24, Mix.Vector(n))[1..]}}""");
        foreach (var peer in peers)
        {
            await peer.FillAsync(vectors);
        }

        await CompareRecallAsync(soma, space, peers, vectors, [.. questions.Take(Compared).Select(question => question.Vector)]);
        foreach (var name in new[] { "search-vector", "store-vector" })
        {
            var requests = Mix.Of(name, [space], memories, token).Requests;
            var results = await MeasureAsync(name, () => new LoadRun(connections, 0, time).RunAsync(soma.Url, requests), peers, connections, time, runs, questions, memories);
            Print(name, "Soma, HTTP", results[0], results[0]);
            foreach (var (index, peer) in peers.Index())
            {
                Print(name, peer.Name, results[index + 1], results[0]);
            }
        }

        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }

        return 0;
    }

    /// <summary>Requests a second of each run: of Soma, then of each peer. The sides take turns in going first.</summary>
    private static async Task<List<double>[]> MeasureAsync(
        string name, Func<Task<LoadResult>> soma, IReadOnlyList<IVectorPeer> peers, int connections, TimeSpan time, int runs, IReadOnlyList<(float[] Vector, string Memory)> questions, int memories)
    {
        var results = Enumerable.Range(0, peers.Count + 1).Select(_ => new List<double>()).ToArray();
        var next = memories;
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < results.Length; i++)
            {
                var side = (run + i) % results.Length;
                results[side].Add(side == 0
                    ? (await soma()).PerSecond
                    : await LoadAsync(peers[side - 1], connections, time, name == "search-vector"
                        ? (connection, n) => connection.SearchAsync(questions[n % questions.Count].Vector, Wanted)
                        : (connection, n) => connection.StoreAsync(Interlocked.Increment(ref next), questions[n % questions.Count].Vector, questions[n % questions.Count].Memory)));
            }
        }

        return results;
    }

    private static async Task<double> LoadAsync(IVectorPeer peer, int connections, TimeSpan time, Func<IVectorPeerConnection, int, Task> send)
    {
        var opened = new List<IVectorPeerConnection>();
        for (var i = 0; i < connections; i++)
        {
            opened.Add(await peer.ConnectAsync());
        }

        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(opened.Select((connection, worker) => Task.Run(async () =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(started) < time; count++)
            {
                await send(connection, worker + (count * connections));
            }

            return count;
        })));
        var perSecond = counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
        foreach (var connection in opened)
        {
            await connection.DisposeAsync();
        }

        return perSecond;
    }

    private static async Task CompareRecallAsync(
        BenchTarget soma, string space, IReadOnlyList<IVectorPeer> peers, IReadOnlyList<float[]> vectors, IReadOnlyList<float[]> asked)
    {
        var nearest = asked.Select(question => Nearest(vectors, question)).ToList();
        var met = 0;
        foreach (var (n, _) in asked.Index())
        {
            var answer = await soma.SendAsync(
                HttpMethod.Post, "memories/search", space, $$"""{"embedding":{{Mix.Vector(vectors.Count + n)}},"top_k":{{Wanted}},"mode":"vector","exact":true}""");
            met += nearest[n].Intersect(NumbersOf(answer)).Count();
        }

        PrintRecall("Soma, HTTP", met);
        foreach (var peer in peers)
        {
            await using var connection = await peer.ConnectAsync();
            met = 0;
            foreach (var (n, question) in asked.Index())
            {
                met += nearest[n].Intersect(await connection.SearchAsync(question, Wanted)).Count();
            }

            PrintRecall(peer.Name, met);
        }
    }

    private static int[] Nearest(IReadOnlyList<float[]> vectors, float[] question) =>
        [.. Enumerable.Range(0, vectors.Count).OrderByDescending(n => TensorPrimitives.CosineSimilarity(vectors[n], question)).Take(Wanted)];

    private static IEnumerable<int> NumbersOf(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        return [.. document.RootElement.GetProperty("memories").EnumerateArray()
            .Select(hit => (int)hit.GetProperty("coordinate")[0].GetDouble())];
    }

    private static float[] VectorOf(int seed) => JsonSerializer.Deserialize<float[]>(Mix.Vector(seed))!;

    private static void PrintRecall(string name, int met) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"recall@{Wanted}     {name,-18} {(double)met / (Compared * Wanted):F3}"));

    private static void Print(string name, string side, List<double> runs, List<double> soma)
    {
        var ratios = soma.Zip(runs, (one, two) => one / two).Order().ToList();
        var sorted = runs.Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-13} {side,-18} {sorted[sorted.Count / 2],8:F0}/s  first run {runs[0],8:F0}/s  Soma : it {ratios[ratios.Count / 2]:F2}, first run {soma[0] / runs[0]:F2}"));
    }
}
