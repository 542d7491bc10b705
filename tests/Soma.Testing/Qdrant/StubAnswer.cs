using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.Testing.Qdrant;

/// <summary>An answer in Qdrant's format.</summary>
internal sealed record StubAnswer(int Status, string Body)
{
    // Qdrant escapes only the characters that JSON requires, so the stub does the same.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static StubAnswer Ok(JsonNode? result) =>
        new(200, new JsonObject { ["result"] = result, ["status"] = "ok", ["time"] = 0.000021 }.ToJsonString(Plain));

    public static StubAnswer Error(int status, string message) => new(status, ErrorBody(message));

    public static string ErrorBody(string message) =>
        new JsonObject { ["status"] = new JsonObject { ["error"] = message }, ["time"] = 0.0, ["result"] = null }.ToJsonString(Plain);
}
