using System.Text.Json.Serialization;
using Microsoft.Agents.AI;

namespace Soma.AgentFramework;

/// <summary>
/// Where the messages of a session are kept. The session carries it along, also when it is serialised, so that a conversation that goes on in
/// another process goes on with the same memories.
/// </summary>
public sealed record SomaConversation
{
    /// <summary>
    /// The namespace, e.g. one for each user: nothing that is in another one can be recalled. It is made by its first memory.
    /// </summary>
    public required string Namespace { get; init; }

    /// <summary>Names the conversation within the namespace. Default: a random one.</summary>
    public string SessionId { get; init; } = Guid.CreateVersion7().ToString();
}

/// <summary>Keeps a conversation in its session, under the key of a provider.</summary>
internal sealed class ConversationState(Func<AgentSession?, SomaConversation> start, string key)
{
    private readonly ProviderSessionState<SomaConversation> _state = new(start, key, ConversationJson.Default.Options);

    public IReadOnlyList<string> Keys => [_state.StateKey];

    public SomaConversation Of(AgentSession? session) => _state.GetOrInitializeState(session);
}

[JsonSerializable(typeof(SomaConversation))]
internal sealed partial class ConversationJson : JsonSerializerContext;
