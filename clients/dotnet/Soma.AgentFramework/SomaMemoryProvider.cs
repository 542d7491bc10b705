using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Soma.Client;

namespace Soma.AgentFramework;

/// <summary>
/// The long-term memory of an agent. Before each run it adds one user message with the memories that have to do with what was said; after a run that
/// succeeded it stores what was said and answered. A chat client's agent takes it in its options; <c>UseAIContextProviders</c> puts it around any other
/// agent. One provider serves any number of sessions.
/// </summary>
/// <remarks>
/// An agent answers without its memory rather than not at all: a failure of Soma is logged, and no exception. A message whose storing failed is lost
/// to the memory; use <see cref="SomaChatHistoryProvider"/> where it must not be.
/// </remarks>
public sealed partial class SomaMemoryProvider : MessageAIContextProvider
{
    private readonly SomaClient _soma;
    private readonly ConversationState _conversations;
    private readonly SomaMemoryProviderOptions _options;
    private readonly ILogger _logger;

    /// <param name="soma">The service. Its own namespace is not used.</param>
    /// <param name="start">Says at the first run of a session whose memories it uses; the session is null where an agent is run without one.</param>
    /// <param name="options">What is recalled and stored.</param>
    /// <param name="loggers">Where failures are logged.</param>
    public SomaMemoryProvider(
        SomaClient soma, Func<AgentSession?, SomaConversation> start, SomaMemoryProviderOptions? options = null, ILoggerFactory? loggers = null)
    {
        (_soma, _options) = (soma, options ?? new SomaMemoryProviderOptions());
        _conversations = new ConversationState(start, _options.StateKey);
        _logger = (ILogger?)loggers?.CreateLogger<SomaMemoryProvider>() ?? NullLogger.Instance;
    }

    /// <inheritdoc />
    public override IReadOnlyList<string> StateKeys => _conversations.Keys;

    /// <inheritdoc />
    protected override async ValueTask<IEnumerable<ChatMessage>> ProvideMessagesAsync(InvokingContext context, CancellationToken cancellationToken = default)
    {
        var query = string.Join('\n', context.RequestMessages.Select(message => message.Text).Where(text => !string.IsNullOrWhiteSpace(text)));
        if (query.Length == 0)
        {
            return [];
        }

        try
        {
            var memories = await _soma.Within(_conversations.Of(context.Session).Namespace).ContextAsync(
                query, _options.MaxTokens, new Search { MinRelevance = _options.MinRelevance }, new ContextOptions { Heading = _options.Heading },
                cancellationToken);
            return memories.Text.Length == 0 ? [] : [new ChatMessage(ChatRole.User, memories.Text)];
        }
        catch (SomaException e)
        {
            LogNotRecalled(_logger, e);
            return [];
        }
    }

    /// <inheritdoc />
    protected override async ValueTask StoreAIContextAsync(InvokedContext context, CancellationToken cancellationToken = default)
    {
        var conversation = _conversations.Of(context.Session);
        var messages = context.RequestMessages.Concat(context.ResponseMessages ?? []).Where(message => !string.IsNullOrWhiteSpace(message.Text))
            .Select(message => StoredMessage.From(message, conversation.SessionId, isWhole: false)).ToList();
        if (messages.Count == 0 || !_options.StoresMessages)
        {
            return;
        }

        try
        {
            await _soma.Within(conversation.Namespace).StoreManyAsync(messages, cancellationToken: cancellationToken);
        }
        catch (SomaException e)
        {
            LogNotStored(_logger, messages.Count, e.Outcome, e);
        }
    }

    [LoggerMessage(LogLevel.Error, "No memories were recalled, and the agent answers without them")]
    private static partial void LogNotRecalled(ILogger logger, Exception e);

    [LoggerMessage(LogLevel.Error, "{Count} messages were not stored as memories ({Outcome})")]
    private static partial void LogNotStored(ILogger logger, int count, Outcome outcome, Exception e);
}
