using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

/// <summary>In the place of a language model, so that the example runs without a network. Put your provider's chat client here.</summary>
internal sealed partial class ScriptedModel : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Answer(messages.ToList()))));

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    // What was recalled comes as one message with a line a memory: "- [date key] user: what the user said".
    private static string Answer(List<ChatMessage> messages)
    {
        var isRecalled = messages.ToLookup(message => Told().IsMatch(message.Text) || message.Text.Contains("] assistant: ", StringComparison.Ordinal));
        if (!isRecalled[false].Last().Text.EndsWith('?'))
        {
            return "I will remember that.";
        }

        var told = isRecalled[true].SelectMany(message => Told().Matches(message.Text)).Select(match => match.Groups[1].Value)
            .FirstOrDefault(text => !text.EndsWith('?'));
        return told is null ? "You have not told me yet." : $"You told me: {told}";
    }

    [GeneratedRegex(@"^- \[[^\]]*\] user: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Told();
}
