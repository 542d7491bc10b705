using System.Numerics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Soma.Grains.Interfaces.Filtering;

namespace Soma.Grains.Tests.Filtering;

public sealed class NumberTests
{
    // Around what doubles and 64-bit numbers hold, where a comparison by doubles goes wrong.
    private static readonly Gen<string> Whole = Gen.Select(
        Gen.OneOf(BigInteger.Zero, BigInteger.Pow(2, 53), BigInteger.Pow(2, 63), BigInteger.Pow(2, 64), BigInteger.Pow(10, 22), BigInteger.Pow(10, 40)),
        Gen.Int[-3, 3], Gen.Bool, (near, off, isNegative) => ((isNegative ? -1 : 1) * (near + off)).ToString());

    private static readonly Gen<string> Any = Gen.Select(
        Gen.OneOf(Whole, Gen.Long.Select(number => number.ToString()), Gen.Int[0, 99].Select(number => number.ToString())),
        Gen.OneOf(Gen.Const(""), Gen.OneOf(".0", ".5", ".000", ".1000000000000000055511151231257827", ".30000000000000004", ".3"), Gen.ULong.Select(digits => $".{digits}")),
        Gen.OneOf(Gen.Const(""), Gen.Int[-25, 25].Select(exponent => $"e{exponent}"), Gen.OneOf("E+2", "e-0", "e00", "e320", "e-330")),
        (whole, fraction, exponent) => whole + fraction + exponent);

    [Fact]
    public void Any_two_numbers_compare_as_exact_decimals() => Gen.Select(Any, Any).Sample(
        (left, right) => Check(left, right), iter: 50_000);

    [Fact]
    public void A_number_equals_itself_written_in_another_way() => Gen.Select(Whole, Gen.Int[0, 30], Gen.Int[0, 5]).Sample(
        (written, zeros, more) =>
        {
            var whole = written == "0" ? "7" : written;
            Check(whole, $"{whole}.{new string('0', more + 1)}");
            Check(whole, $"{whole}{new string('0', zeros)}e-{zeros}");
            Check($"{whole}e{zeros}", $"{whole}{new string('0', zeros)}");
        },
        iter: 5_000);

    [Fact]
    public void A_double_is_the_number_of_its_shortest_digits() => Gen.Double.Where(double.IsFinite).Sample(
        number => FieldValue.Of(number).Matches(Read(JsonSerializer.Serialize(number))) && Read(JsonSerializer.Serialize(number)).Digits is null, iter: 20_000);

    [Theory]
    [InlineData("1e99999999999999999999", "1e99999999999999999", 1)]
    [InlineData("-1e99999999999999999999", "1", -1)]
    [InlineData("1e-99999999999999999999", "1e-300", -1)]
    [InlineData("1e-99999999999999999999", "0", 1)]
    [InlineData("0e99999999999999999999", "0", 0)]
    [InlineData("1e99999999999999999", "10e99999999999999998", 0)]
    [InlineData("1e99999999999999999", "1e99999999999999998", 1)]
    public void A_monstrous_exponent_costs_nothing(string left, string right, int order)
    {
        Assert.Equal(order, Math.Sign(Read(left).CompareWith(Read(right))!.Value));
        Assert.Equal(order == 0, Read(left).Matches(Read(right)));
    }

    [Fact]
    public void Shortened_digits_are_equal_by_their_hash_and_leave_their_order_open()
    {
        var (digits, other) = (new string('7', 300) + "1", new string('7', 300) + "2");
        var held = Read(digits).Shortened(256);
        Assert.True(held.IsShortened);
        Assert.True(held.Matches(Read(digits)));
        Assert.False(held.Matches(Read(other)));
        Assert.Null(held.CompareWith(Read(other)));
        Assert.Equal(1, held.CompareWith(Read("5")));
    }

    private static void Check(string left, string right)
    {
        var (a, b) = (Read(left), Read(right));
        var expected = Math.Sign(ExactNumbers.Compare(left, right));
        Assert.Equal(expected, Math.Sign(a.CompareWith(b)!.Value));
        Assert.Equal(expected == 0, a.Matches(b));
        Assert.Equal(expected == 0, b.Matches(a));
        if (expected == 0)
        {
            Assert.Equal(JsonFields.Hash(a), JsonFields.Hash(b));
        }
    }

    private static FieldValue Read(string number)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(number));
        reader.Read();
        return JsonFields.Read(ref reader);
    }
}
