using System.Globalization;
using System.Runtime.InteropServices;
using Soma.Bench.Load;
using Soma.Grains.Engine.Embedding;
using Soma.Grains.Storage;
using Soma.Grains.Storage.Postgres;

namespace Soma.Bench.Drills;

/// <summary>
/// <c>bench drill-vectors</c>: stores a vector for each memory of the drill, in place of the sentence model, which
/// would need hours. The vectors are generated, have length 1, and are the same in every run. The service must not run
/// meanwhile.
/// </summary>
internal static class VectorsCommand
{
    private const int PageSize = 500;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = new BenchArguments(arguments);
        if (parsed.Text("--postgres") is not { } address)
        {
            Console.Error.WriteLine("drill-vectors needs --postgres.");
            return 2;
        }

        var options = new PostgresStoreOptions();
        await using var source = PostgresDataSource.Create(address, options);
        var store = new PostgresStore(source, options);
        var stats = await store.ReadStatsAsync(includeNamespaces: true, CancellationToken.None);
        var made = 0L;
        foreach (var one in stats.Namespaces)
        {
            var taken = await store.TakeEpochAsync(one.Key, TimeSpan.FromSeconds(1), CancellationToken.None)
                ?? throw new InvalidOperationException($"{one.Key} is gone.");
            made += await FillAsync(store, taken.Id, taken.HeadSeq);
            await store.ReleaseAsync(taken.Id, taken.Epoch, CancellationToken.None);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{made} vectors of {EmbeddingSpace.BuiltIn.Dimension} numbers stored"));
        return 0;
    }

    private static async Task<long> FillAsync(PostgresStore store, long id, long head)
    {
        var space = EmbeddingSpace.BuiltIn.Name;
        var after = await store.BeginRefiningAsync(id, space, CancellationToken.None);
        var made = 0L;
        while (await store.ReadUnrefinedAsync(id, space, after, PageSize, CancellationToken.None) is { Count: > 0 } page)
        {
            var rows = page.Select(row => new EmbeddingRow(row.Seq, Vector((id * 1_000_003) + row.Seq))).ToArray();
            after = page[^1].Seq;
            await store.SaveEmbeddingsAsync(id, space, rows, space, after, CancellationToken.None);
            made += rows.Length;
        }

        await store.SaveEmbeddingsAsync(id, space, [], space, head, CancellationToken.None);
        return made;
    }

    private static byte[] Vector(long seed)
    {
        var random = new Random((int)(seed % int.MaxValue));
        var vector = new float[EmbeddingSpace.BuiltIn.Dimension];
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = (float)(random.NextDouble() - 0.5);
        }

        var length = MathF.Sqrt(vector.Sum(number => number * number));
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] /= length;
        }

        return MemoryMarshal.AsBytes<float>(vector).ToArray();
    }
}
