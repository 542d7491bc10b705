using Soma.Grains.Interfaces;

namespace Soma.Gateway;

/// <summary>Makes coordinates for memories stored without one: three numbers, each in [−1, 1), as the clients' own scheme.</summary>
/// <param name="random">Must be safe to share between threads, as <see cref="Random.Shared"/> is.</param>
public sealed class CoordinateSource(Random random)
{
    public Coordinate Next()
    {
        Span<double> numbers = [Number(), Number(), Number()];
        Coordinate.TryCreate(numbers, out var coordinate);
        return coordinate;
    }

    private double Number() => (random.NextDouble() * 2) - 1;
}
