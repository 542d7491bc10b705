using System.Globalization;
using Soma.Grains.Interfaces;
using Soma.Testing.Storage;
using static Soma.Grains.Tests.Engine.EngineHarness;

namespace Soma.Grains.Tests.Engine.Reading;

public sealed class RangeTests
{
    [Fact]
    public async Task Boxes_find_what_a_look_at_every_key_finds_also_after_overwrites_and_deletes_and_page_by_page()
    {
        var engine = new EngineHarness(new InMemoryStore());
        var random = new Random(7);
        var living = new Dictionary<string, double[]>();
        for (var batch = 0; batch < 12; batch++)
        {
            var puts = Enumerable.Range(0, 500).Select(_ => RandomKey(random)).Distinct().ToArray();
            await engine.WriteAsync(CommandOf(AnswerKind.StoreBatch, null, [.. puts.Select(key => PutOf(key, "a memory"))]));
            foreach (var key in puts)
            {
                living[At(key).Text] = At(key).ToNumbers();
            }

            var deleted = living.Keys.ElementAt(random.Next(living.Count));
            await engine.WriteAsync(Delete(deleted));
            living.Remove(deleted);
        }

        Assert.True(living.Count > 4096, "More than one segment should be looked at.");
        for (var i = 0; i < 60; i++)
        {
            var dimensions = random.Next(1, 4);
            var corners = Enumerable.Range(0, dimensions).Select(_ => (A: random.Next(-40, 40) / 2.0, B: random.Next(-40, 40) / 2.0)).ToArray();
            var (least, most) = (corners.Select(c => Math.Min(c.A, c.B)).ToArray(), corners.Select(c => Math.Max(c.A, c.B)).ToArray());

            var found = await ListAsync(engine, least, most, limit: random.Next(3, 400));

            var expected = living.Where(each => each.Value.Length == dimensions && each.Value.Select((number, d) => least[d] <= number && number <= most[d]).All(isIn => isIn));
            Assert.Equal(expected.Select(each => each.Key).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        }
    }

    private static string RandomKey(Random random) => random.Next(12) == 0
        ? $"@id-{random.Next(1_000)}"
        : string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => (random.Next(-80, 80) / 4.0).ToString(CultureInfo.InvariantCulture)));

    private static async Task<List<string>> ListAsync(EngineHarness engine, double[] least, double[] most, int limit)
    {
        var box = new CoordinateBox(KeyOf(least), KeyOf(most));
        var found = new List<string>();
        string? cursor = null;
        do
        {
            var query = new ListMemories { Limit = limit, Cursor = cursor, Box = box, Timeout = TimeSpan.FromSeconds(60) };
            var page = await engine.RunAsync(one => one.ListAsync(query, CancellationToken.None));
            found.AddRange(page.Memories.Select(memory => memory.Coordinate.Text));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return found;
    }

    private static Coordinate KeyOf(double[] numbers) => At(string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))));
}
