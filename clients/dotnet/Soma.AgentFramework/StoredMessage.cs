using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Soma.Client;

namespace Soma.AgentFramework;

/// <summary>A chat message as a memory: its text, who said it, in which conversation and when; the whole message only where it must come back.</summary>
internal static class StoredMessage
{
    public const string Session = "session_id";

    private const string Whole = "chat_message";

    private static JsonTypeInfo<ChatMessage> Type => (JsonTypeInfo<ChatMessage>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatMessage));

    public static StoreMemory From(ChatMessage message, string sessionId, bool isWhole)
    {
        var payload = new JsonObject
        {
            ["text"] = message.Text,
            ["role"] = message.Role.Value,
            [Session] = sessionId,
            ["timestamp"] = (message.CreatedAt ?? DateTimeOffset.UtcNow).ToString("O", CultureInfo.InvariantCulture),
        };
        if (message.AuthorName is { Length: > 0 } author)
        {
            payload["speaker"] = author;
        }

        if (message.MessageId is { Length: > 0 } id)
        {
            payload["message_id"] = id;
        }

        if (isWhole)
        {
            payload[Whole] = JsonSerializer.SerializeToNode(message, Type);
        }

        return new StoreMemory { Payload = payload };
    }

    /// <summary>The message that a history stored; null for any other memory.</summary>
    public static ChatMessage? To(Memory memory) => memory.Payload[Whole] is { } whole ? whole.Deserialize(Type) : null;
}
