using System.Globalization;
using System.Numerics;
using System.Text;
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
            // Text that is canonical is exact, however large its numbers: a key that is stored already can be read and deleted.
            var text = string.Join(',', numbers.Select(PythonFloat.Format));
            Assert.Equal(numbers.Select(number => number + 0.0), Coordinate.FromCanonical(text).ToNumbers());
            Assert.Equal(text.Length <= Coordinate.MaxTextLength, Coordinate.TryParse(text, out var again));
            Assert.Equal(text.Length <= Coordinate.MaxTextLength ? text : null, again.Text);
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

    [Theory]
    [InlineData("1189274518273654784")]
    [InlineData("1189274518273654785")]
    [InlineData("9007199254740993")]
    [InlineData("-9007199254740993")]
    [InlineData("0.1000000000000000055511151231257827")]
    [InlineData("0.30000000000000001")]
    [InlineData("1e400")]
    [InlineData("-1e-400")]
    [InlineData("4.9e-324")]
    [InlineData("1e99999999999999999999")]
    public void A_number_that_its_double_does_not_give_back_is_refused_and_pointed_to_an_id(string text)
    {
        Assert.False(Coordinate.TryParse($"7, {text} ,8", out _, out var problem));
        Assert.Equal($"Invalid coord: {text} is not exact; use an id", problem);
    }

    [Theory]
    [InlineData("1.1892745182736548e+18", "1.1892745182736548e+18")]
    [InlineData("1189274518273654800", "1.1892745182736548e+18")]
    [InlineData("9007199254740992", "9007199254740992.0")]
    [InlineData("0.1,-2.50", "0.1,-2.5")]
    [InlineData("1e22", "1e+22")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("0e999999999", "0.0")]
    [InlineData("-0.000e-99999999999999999999", "0.0")]
    [InlineData("+007.500E+0001", "75.0")]
    [InlineData(".5,5.", "0.5,5.0")]
    public void A_number_that_its_double_gives_back_is_taken(string text, string canonical)
    {
        Assert.True(Coordinate.TryParse(text, out var coordinate));
        Assert.Equal(canonical, coordinate.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ,")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1,x")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("1 2")]
    [InlineData("0x10")]
    [InlineData("١")]
    public void What_is_no_number_is_refused_as_it_stands(string text)
    {
        Assert.False(Coordinate.TryParse(text, out _, out var problem));
        Assert.Equal($"Invalid coord: {text}", problem);
    }

    [Fact]
    public void Very_long_numbers_are_judged_by_their_value()
    {
        var zeros = new string('0', 10_000);
        Assert.Equal("1.0", Parse($"{zeros}1.{zeros}"));
        Assert.Equal("1.0", Parse($"1{zeros}e-10000"));
        Assert.Equal("1e-05", Parse($"0.{zeros}1e9996"));
        Assert.False(Coordinate.TryParse($"1.{zeros}1", out _));
        Assert.False(Coordinate.TryParse(new string('9', 10_000), out _, out var problem));
        Assert.True(problem.Length < 300);
    }

    [Fact]
    public void Two_texts_share_a_key_only_if_they_are_equal_as_exact_decimal_numbers()
    {
        // Digits near each other and near the limits of a double, written in several ways.
        var digits = Gen.OneOf(
            Gen.Long[9007199254740980, 9007199254741010], Gen.Long[1189274518273654700, 1189274518273654900], Gen.Long[0, 30], Gen.Long);
        var text = Gen.Select(digits, Gen.Int[-30, 30], Gen.Int[0, 3]).Select((value, exponent, zeros) =>
            $"{value.ToString(CultureInfo.InvariantCulture)}{(zeros > 0 ? "." + new string('0', zeros) : "")}e{exponent}");
        Gen.Select(text, text).Sample((left, right) =>
        {
            if (Coordinate.TryParse(left, out var one) && Coordinate.TryParse(right, out var other))
            {
                Assert.Equal(ValueOf(left) == ValueOf(right), one == other);
            }
        }, iter: 100_000);
        text.Sample(written => Assert.Equal(
            Coordinate.TryParse(written, out var key), key.Text is not null && ValueOf(key.Text) == ValueOf(written)));
    }

    [Theory]
    [InlineData("user-42/msg-7")]
    [InlineData("1,2")]
    [InlineData("@mention")]
    [InlineData(" leading and trailing ")]
    [InlineData("..")]
    [InlineData("über/日本語/🦔")]
    public void An_id_is_kept_as_it_was_written(string id)
    {
        Assert.True(Coordinate.TryParseId(id, out var key, out _));
        Assert.Equal(("@" + id, id), (key.Text, key.Id));
        Assert.Empty(key.ToNumbers());
        Assert.True(Coordinate.TryParse("@" + id, out var read));
        Assert.Equal(key, read);
    }

    [Theory]
    [InlineData("", "1–512 bytes of UTF-8")]
    [InlineData("a\nb", "a text without control characters")]
    [InlineData("\u0000", "a text without control characters")]
    [InlineData("\u0085", "a text without control characters")]
    public void An_id_that_cannot_be_one_is_refused_with_what_it_must_be(string id, string wanted)
    {
        Assert.False(Coordinate.TryParseId(id, out _, out var problem));
        Assert.Equal(wanted, problem);
        Assert.False(Coordinate.TryParse("@" + id, out _, out problem));
        Assert.Equal($"Invalid coord: @{id} (an id must be {wanted})", problem);
    }

    [Fact]
    public void An_id_with_half_a_surrogate_pair_is_refused()
    {
        Assert.False(Coordinate.TryParseId("a\ud83e", out _, out var problem));
        Assert.Equal("well-formed Unicode, without half a surrogate pair", problem);
    }

    [Fact]
    public void An_id_has_at_most_512_bytes_of_utf8()
    {
        Assert.True(Coordinate.TryParseId(new string('x', 512), out _, out _));
        Assert.True(Coordinate.TryParseId(string.Concat(Enumerable.Repeat("ü", 256)), out _, out _));
        foreach (var id in new[] { new string('x', 513), string.Concat(Enumerable.Repeat("ü", 257)), new string('x', 1_000_000) })
        {
            Assert.False(Coordinate.TryParseId(id, out _, out var problem));
            Assert.Equal("1–512 bytes of UTF-8", problem);
        }
    }

    [Fact]
    public void Keys_are_ordered_as_the_bytes_that_the_stores_compare()
    {
        var id = Gen.OneOf(Gen.Char['a', 'c'].Select(c => c.ToString()), Gen.Char['\ue000', '\uffff'].Select(c => c.ToString()), Gen.Const("🦔"), Gen.Const("ü"))
            .Array[1, 4].Select(string.Concat);
        Gen.Select(id, id).Sample((left, right) => Assert.Equal(
            Math.Sign(Encoding.UTF8.GetBytes("@" + left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes("@" + right))),
            Math.Sign(Coordinate.FromCanonical("@" + left).CompareTo(Coordinate.FromCanonical("@" + right)))));
    }

    private static string? Parse(string text) => Coordinate.TryParse(text, out var coordinate) ? coordinate.Text : null;

    /// <summary>The exact value of a decimal number, as digits without zeros at either end and a power of ten.</summary>
    private static (BigInteger Digits, int Exponent) ValueOf(string text)
    {
        var parts = text.Split('e');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var exponent = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - (point < 0 ? 0 : parts[0].Length - point - 1);
        var digits = BigInteger.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        while (!digits.IsZero && digits % 10 == 0)
        {
            (digits, exponent) = (digits / 10, exponent + 1);
        }

        return digits.IsZero ? default : (digits, exponent);
    }
}
