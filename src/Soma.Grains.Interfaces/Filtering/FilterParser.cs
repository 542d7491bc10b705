using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Soma.Grains.Interfaces.Filtering;

/// <summary>Reads and checks the filter object of searches, listings and deletes.</summary>
/// <remarks>
/// A plain key is equality; an object of <c>$</c> operators is those tests together (any other object is compared by <c>$eq</c>);
/// <c>$and</c>, <c>$or</c> take lists of filters, <c>$not</c> one filter (or, below a field, operators); <c>_keywords</c> is
/// hints, not a condition. Bounded in size, depth and number of conditions, since every memory of a namespace is tested.
/// </remarks>
public static class FilterParser
{
    public const int MaxBytes = 256 * 1024;
    public const int MaxDepth = 16;
    public const int MaxConditions = 256;
    public const int MaxListLength = 1000;
    public const int MaxKeywords = 64;

    /// <summary>Reads <paramref name="json"/>; <c>{}</c> lets everything pass.</summary>
    /// <param name="json">The filter, UTF-8.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="error">What is wrong and where.</param>
    /// <param name="isStrict">Whether an object without operators is refused, such as <c>{"turn":{"gte":3}}</c>, instead of being
    /// a value to be equal to. Only the gateway is strict. A silo reads whatever the gateway let pass.</param>
    /// <returns>False for anything that is not a filter.</returns>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out FilterExpression? filter,
        [NotNullWhen(false)] out FilterError? error,
        bool isStrict = true)
    {
        (filter, error) = (null, null);
        if (json.Length > MaxBytes)
        {
            error = new FilterError("", $"The filter is longer than {MaxBytes} bytes.");
            return false;
        }

        try
        {
            filter = Parse(json.Span, isStrict);
            return true;
        }
        catch (FilterSyntaxException wrong)
        {
            error = new FilterError(wrong.Path, wrong.Message);
        }
        catch (JsonException)
        {
            error = new FilterError("", "The filter is not valid JSON.");
        }

        return false;
    }

    private static FilterExpression Parse(ReadOnlySpan<byte> json, bool isStrict)
    {
        var reader = new Utf8JsonReader(json, JsonFields.Options);
        reader.Read();
        var reading = new FilterReading(isStrict);
        var root = reading.ReadFilter(ref reader, "", 0);
        if (reader.Read())
        {
            throw new FilterSyntaxException("", "Text follows the filter.");
        }

        return new FilterExpression { Root = root, Keywords = reading.Keywords };
    }
}

/// <summary>What is wrong with a filter, for the gateway's 422: the path of the faulty part, with dots between keys, and the reason.</summary>
public sealed record FilterError(string Path, string Message);

/// <summary>Stops the reading of a filter at its first fault. <see cref="FilterParser"/> catches it and returns a <see cref="FilterError"/>.</summary>
internal sealed class FilterSyntaxException(string path, string message) : Exception(message)
{
    public string Path { get; } = path;
}
