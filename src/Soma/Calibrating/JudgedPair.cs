using System.Text.Json.Serialization;

namespace Soma.Calibrating;

/// <summary>A line of <c>--pairs</c>: whether a memory has to do with a query, as somebody judged it.</summary>
internal sealed record JudgedPair
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public required string Query { get; init; }

    /// <summary>The memory's key, as in answers: <c>1.0,2.0</c> or <c>@alice</c>.</summary>
    public required string Coord { get; init; }

    public required bool Relevant { get; init; }

    /// <exception cref="StartupException">The file cannot be read, or a line is no pair.</exception>
    public static async Task<IReadOnlyList<JudgedPair>> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var pairs = new List<JudgedPair>();
        var line = 0;
        try
        {
            await foreach (var text in File.ReadLinesAsync(file, cancellationToken))
            {
                line++;
                if (!string.IsNullOrWhiteSpace(text))
                {
                    pairs.Add(JsonSerializer.Deserialize<JudgedPair>(text, Json) ?? throw new JsonException("null"));
                }
            }

            return pairs;
        }
        catch (JsonException)
        {
            throw new StartupException(ExitCode.Failed, $"{file}, line {line}: a pair is {{\"query\":\"…\",\"coord\":\"…\",\"relevant\":true}}, or false.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(ExitCode.Failed, $"{file} cannot be read: {failure.Message}");
        }
    }
}
