using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Soma.Client;

namespace Soma.AgentFramework;

/// <summary>
/// The chat history of an agent's sessions. Each message is a memory, whole and in order; a run's messages are stored all or none, and a run whose
/// messages could not be stored fails. A session that is serialised and goes on elsewhere finds its history again.
/// </summary>
public sealed class SomaChatHistoryProvider : ChatHistoryProvider
{
    private readonly SomaClient _soma;
    private readonly ConversationState _conversations;
    private readonly int? _maxMessages;

    /// <param name="soma">The service. Its own namespace is not used.</param>
    /// <param name="start">Says at the first run of a session where its history is kept.</param>
    /// <param name="maxMessages">How many of the newest messages a run gets. Default: all.</param>
    /// <param name="stateKey">The session keeps the conversation under this key.</param>
    public SomaChatHistoryProvider(
        SomaClient soma, Func<AgentSession?, SomaConversation> start, int? maxMessages = null, string stateKey = nameof(SomaChatHistoryProvider))
        : base(storeInputRequestMessageFilter: SaidOutside)
    {
        (_soma, _maxMessages) = (soma, maxMessages);
        _conversations = new ConversationState(start, stateKey);
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> StateKeys => _conversations.Keys;

    /// <summary>Where the history of the session is kept.</summary>
    public SomaConversation ConversationOf(AgentSession? session) => _conversations.Of(session);

    /// <inheritdoc />
    protected override async ValueTask<IEnumerable<ChatMessage>> ProvideChatHistoryAsync(InvokingContext context, CancellationToken cancellationToken = default)
    {
        var conversation = _conversations.Of(context.Session);
        var query = new ListMemoriesQuery { Filters = new() { [$"payload.{StoredMessage.Session}"] = conversation.SessionId }, Order = ListOrder.Seq, Desc = true };
        var newest = _soma.Within(conversation.Namespace).ListAsync(query, cancellationToken: cancellationToken)
            .Select(StoredMessage.To).OfType<ChatMessage>().Take(_maxMessages ?? int.MaxValue);
        return (await newest.ToListAsync(cancellationToken)).AsEnumerable().Reverse();
    }

    /// <inheritdoc />
    protected override async ValueTask StoreChatHistoryAsync(InvokedContext context, CancellationToken cancellationToken = default)
    {
        var conversation = _conversations.Of(context.Session);
        var messages = context.RequestMessages.Concat(context.ResponseMessages ?? [])
            .Select(message => StoredMessage.From(message, conversation.SessionId, isWhole: true)).ToList();
        if (messages.Count > 0)
        {
            await _soma.Within(conversation.Namespace).StoreManyAsync(messages, cancellationToken: cancellationToken);
        }
    }

    // What other providers added would be recalled as if somebody had said it.
    private static IEnumerable<ChatMessage> SaidOutside(IEnumerable<ChatMessage> messages) =>
        messages.Where(message => message.GetAgentRequestMessageSourceType() == AgentRequestMessageSourceType.External);
}
