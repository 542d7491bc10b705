using System.Globalization;
using System.Text.RegularExpressions;
using Soma.Gateway.Tests.Hosting;

namespace Soma.Gateway.Tests.Clients;

/// <summary>SomaFractalMemory's <c>make compose-health test-e2e</c>: curl and grep, so blanks in the JSON would break it.</summary>
[Collection(SharedSomaCollection.Name)]
public sealed partial class MakeTestE2ETests(SharedSoma soma)
{
    private const string Coordinate = "999.99,888.88";

    private readonly HttpClient _curl = soma.Host.NewAnonymousClient();

    private static (string, string)[] Headers => [("Authorization", $"Bearer {SomaHost.Token}"), ("User-Agent", "curl/7.88.1"), ("Accept", "*/*")];

    [Fact]
    public async Task Compose_health_sees_a_service_that_is_up()
    {
        var answer = await _curl.GetAnswerAsync("/healthz");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task The_target_finds_its_compact_words_in_the_answers()
    {
        var stored = await _curl.PostAnswerAsync(
            "/memories",
            """{"coord": "999.99,888.88", "payload": {"test_id": "e2e-1760966400", "data": "end-to-end"}, "memory_type": "episodic"}""",
            Headers);
        Assert.Contains("\"ok\":true", stored.Text, StringComparison.Ordinal);

        var fetched = await _curl.CallAsync(HttpMethod.Get, $"/memories/{Coordinate}", null, Headers);
        Assert.Contains("\"test_id\"", fetched.Text, StringComparison.Ordinal);

        var stats = await _curl.GetAnswerAsync("/stats");
        var total = TotalMemories().Match(stats.Text);
        Assert.True(total.Success, stats.Text);
        Assert.True(int.Parse(total.Groups[1].Value, CultureInfo.InvariantCulture) >= 1);
    }

    [GeneratedRegex("\"total_memories\":([0-9]+)")]
    private static partial Regex TotalMemories();
}
