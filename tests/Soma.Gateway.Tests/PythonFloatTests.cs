using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Soma.Gateway.Answers;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests;

public sealed class PythonFloatTests
{
    private static readonly JsonSerializerOptions OfAnswers = new()
    {
        Converters = { new FloatConverter(), new InstantConverter() },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Theory]
    [InlineData(0.000001, "1e-06")]
    [InlineData(1e-7, "1e-07")]
    [InlineData(-1e-12, "-1e-12")]
    [InlineData(1e23, "1e+23")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(0.00009999, "9.999e-05")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(123456789012345678, "1.2345678901234568e+17")]
    [InlineData(9007199254740993, "9007199254740992.0")]
    [InlineData(-100, "-100.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    public void A_number_is_written_as_Python_prints_it(double number, string expected) => Assert.Equal(expected, PythonFloat.Format(number));

    [Fact]
    public void Every_power_of_ten_is_written_with_its_own_exponent()
    {
        for (var exponent = -320; exponent <= 308; exponent++)
        {
            var number = double.Parse($"1e{exponent}", CultureInfo.InvariantCulture);

            Assert.Equal(number, double.Parse(PythonFloat.Format(number), CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Numbers_of_answers_are_written_the_same_way_at_every_size()
    {
        var random = new Random(20_261_129);
        for (var exponent = -9; exponent <= 20; exponent++)
        {
            foreach (var digits in Enumerable.Range(0, 300).Select(_ => random.NextDouble() - 0.5).Prepend(1).Append(0.1))
            {
                var number = digits * Math.Pow(10, exponent);

                Assert.Equal(PythonFloat.Format(number), JsonSerializer.Serialize(number, OfAnswers));
            }
        }
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05.678901+00:00")]
    [InlineData("2026-12-31T23:59:59.000000+00:00")]
    [InlineData("0001-01-01T00:00:00.000001+00:00")]
    [InlineData("9999-12-31T23:59:59.999999+00:00")]
    public void Times_of_answers_have_microseconds_and_the_offset(string text)
    {
        Assert.Equal($"\"{text}\"", JsonSerializer.Serialize(Instant.From(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture)), OfAnswers));
    }

    [Fact]
    public void Any_finite_number_is_read_back_as_itself()
    {
        var random = new Random(20_261_104);
        for (var round = 0; round < 100_000; round++)
        {
            var number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(number))
            {
                Assert.Equal(number, double.Parse(PythonFloat.Format(number), CultureInfo.InvariantCulture));
            }
        }
    }
}
