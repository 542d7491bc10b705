using System.Globalization;

namespace Soma.Gateway.Tests.Consistency;

/// <summary>A memory that can be told from every other by a word, by a number and by a vector.</summary>
internal sealed record VisibleMemory(string Coordinate, string Word, long Number, string Vector)
{
    private const int Dimension = 16;
    private static long _numbers;

    public string Text => $"The {Word} stands in row {Number.ToString(CultureInfo.InvariantCulture)}";

    public static VisibleMemory Next(Random random, string coordinate)
    {
        var number = Interlocked.Increment(ref _numbers);
        var word = new string([.. Enumerable.Range(0, 9).Select(_ => (char)('a' + random.Next(26)))]) + number.ToString(CultureInfo.InvariantCulture);
        var vector = Enumerable.Range(0, Dimension).Select(_ => ((random.NextDouble() * 2) - 1).ToString("R", CultureInfo.InvariantCulture));
        return new VisibleMemory(coordinate, word, number, $"[{string.Join(',', vector)}]");
    }

    public string ToBody() => $$"""{"coord":"{{Coordinate}}","payload":{"text":"{{Text}}","number":{{Number}}},"embedding":{{Vector}}}""";
}
