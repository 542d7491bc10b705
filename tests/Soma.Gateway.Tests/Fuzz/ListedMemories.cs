using System.Globalization;
using System.Text.Json;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Fuzz;

/// <summary>All memories of a namespace as <c>GET /memories</c> lists them.</summary>
internal static class ListedMemories
{
    /// <returns>By canonical coordinate: seq, version, and the payload's text.</returns>
    public static async Task<Dictionary<string, (long Seq, long Version, string Payload)>> ReadAsync(SomaHost soma, NamespaceKey key)
    {
        using var client = soma.NewClient(key.Name);
        client.DefaultRequestHeaders.Add("X-Soma-Tenant", key.Tenant);
        var memories = new Dictionary<string, (long, long, string)>();
        string? cursor = "";
        while (cursor is not null)
        {
            var after = cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "";
            var page = (await client.GetAnswerAsync(string.Create(CultureInfo.InvariantCulture, $"/memories?limit=100{after}"))).Ok();
            foreach (var memory in page["memories"].EnumerateArray())
            {
                memories.Add(memory.GetProperty("coord").GetString()!, Read(memory));
            }

            cursor = page.Json.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
        }

        return memories;
    }

    private static (long, long, string) Read(JsonElement memory) =>
        (memory.GetProperty("seq").GetInt64(), memory.GetProperty("version").GetInt64(), memory.GetProperty("payload").GetRawText());
}
