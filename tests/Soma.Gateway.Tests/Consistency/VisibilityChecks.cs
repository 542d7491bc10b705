using System.Globalization;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Consistency;

/// <summary>
/// Stores, overwrites and deletes; after each 200 the next read through another connection must show it, whichever kind of
/// read that is. Several writers share the namespace, so that commits and publications are under way all the time.
/// </summary>
/// <remarks><c>SOMA_VISIBILITY_ROUNDS</c> sets how many writes are followed up (600 unless set).</remarks>
internal static class VisibilityChecks
{
    private const int Writers = 4;

    public static int Rounds { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("SOMA_VISIBILITY_ROUNDS"), CultureInfo.InvariantCulture, out var rounds) ? rounds : 600;

    public static async Task RunAsync(SomaHost soma, int rounds)
    {
        var space = SomaHost.NewNamespace("visible");
        var misses = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => new Writer(soma, space, writer).RunAsync(rounds / Writers)));

        Assert.Empty(misses.SelectMany(list => list));
    }

    /// <summary>One writer and the reader that looks after it.</summary>
    private sealed class Writer(SomaHost soma, string space, int number)
    {
        private static readonly Sight[] Sights = Enum.GetValues<Sight>();
        private readonly Random _random = new(number);
        private readonly List<string> _misses = [];

        public async Task<List<string>> RunAsync(int rounds)
        {
            using var writing = soma.NewClient(space);
            using var reading = soma.NewClient(space);
            var view = new VisibilityView(reading);
            VisibleMemory? current = null;
            for (var round = 0; round < rounds; round++)
            {
                var coordinate = current?.Coordinate ?? $"{number}.5,{round}.0";
                var next = current is not null && _random.Next(3) == 0 ? null : VisibleMemory.Next(_random, coordinate);
                var answer = next is null
                    ? await writing.DeleteAnswerAsync($"/memories/{coordinate}")
                    : await writing.PostAnswerAsync("/memories", next.ToBody());
                answer.Ok();
                var sight = Sights[_random.Next(Sights.Length)];
                await LookAsync(view, sight, current, next, $"round {round}: {(next is null ? "delete" : current is null ? "store" : "overwrite")} of {coordinate}");
                current = next is null || _random.Next(4) == 0 ? null : next;
            }

            return _misses;
        }

        private async Task LookAsync(VisibilityView view, Sight sight, VisibleMemory? old, VisibleMemory? next, string what)
        {
            if (next is not null && !await view.SeesAsync(sight, next))
            {
                _misses.Add($"{what} not seen by {sight}");
            }

            if (old is not null && await view.SeesAsync(sight, old))
            {
                _misses.Add($"{what}: what was there before still seen by {sight}");
            }
        }
    }
}
