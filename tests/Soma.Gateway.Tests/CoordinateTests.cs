using CsCheck;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests;

public sealed class CoordinateTests
{
    [Theory]
    [InlineData(0.00001, "1e-05")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(-0.000123, "-0.000123")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(9999999999999998, "9999999999999998.0")]
    [InlineData(-0.0, "0.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(100, "100.0")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(1.0 / 3, "0.3333333333333333")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    public void Numbers_are_written_as_python_writes_them(double number, string text) => Assert.Equal(text, PythonFloat.Format(number));

    [Fact]
    public void Canonical_text_reads_back_as_the_same_numbers()
    {
        var finite = Gen.Double.Where(double.IsFinite);
        finite.Array[1, 20].Sample(numbers =>
        {
            Assert.True(Coordinate.TryCreate(numbers, out var coordinate) || coordinate.Text.Length > Coordinate.MaxTextLength);
            Assert.Equal(numbers.Select(number => number + 0.0), coordinate.ToNumbers());
            if (coordinate.Text.Length <= Coordinate.MaxTextLength)
            {
                Assert.True(Coordinate.TryParse(coordinate.Text, out var again));
                Assert.Equal(coordinate, again);
            }
        });
    }

    [Theory]
    [InlineData("1,2", "1.0,2.0")]
    [InlineData(" 1.0 , 2.0 ", "1.0,2.0")]
    [InlineData("1,,2,", "1.0,2.0")]
    [InlineData("-0,+3", "0.0,3.0")]
    [InlineData("1e3", "1000.0")]
    public void Equal_numbers_make_one_key(string text, string canonical)
    {
        Assert.True(Coordinate.TryParse(text, out var coordinate));
        Assert.Equal(canonical, coordinate.Text);
    }

    [Fact]
    public void Made_coordinates_repeat_for_the_same_random_numbers()
    {
        var first = new CoordinateSource(new Random(7));
        var second = new CoordinateSource(new Random(7));
        var made = Enumerable.Range(0, 100).Select(_ => first.Next()).ToList();
        Assert.Equal(made, Enumerable.Range(0, 100).Select(_ => second.Next()));
        Assert.Equal(100, made.Distinct().Count());
    }
}
