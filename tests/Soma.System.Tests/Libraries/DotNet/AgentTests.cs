using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Soma.AgentFramework;
using Soma.System.Tests.Processes;
using Soma.Testing;

namespace Soma.System.Tests.Libraries.DotNet;

/// <summary>Agents of Microsoft Agent Framework with a memory and a history in Soma.</summary>
[Collection(ProcessTests.Name)]
public sealed class AgentTests(LibraryService service) : IClassFixture<LibraryService>
{
    private const string Heading = "What you remember";

    [Fact]
    public async Task An_agent_recalls_in_a_new_session_what_was_said_in_another_one()
    {
        using var soma = service.NewClient();
        var model = new ScriptedChatClient(_ => "Noted.");
        var agent = AgentOf(model, new SomaMemoryProvider(soma, _ => new SomaConversation { Namespace = soma.Namespace! }));

        await agent.RunAsync("The kettle is in the blue cupboard", await agent.CreateSessionAsync());
        Assert.DoesNotContain(model.LastTexts, IsRecalled);
        await agent.RunAsync("Where is the kettle?", await agent.CreateSessionAsync());

        var recalled = Assert.Single(model.Asked[^1], message => IsRecalled(message.Text));
        Assert.Equal(ChatRole.User, recalled.Role);
        Assert.Contains("] user: The kettle is in the blue cupboard", recalled.Text, StringComparison.Ordinal);
        Assert.Equal(4, await soma.ListAsync().CountAsync());
        Assert.Equal(2, await soma.ListAsync().Select(memory => (string?)memory.Payload["session_id"]).Distinct().CountAsync());
    }

    [Fact]
    public async Task What_one_user_said_is_never_shown_to_another()
    {
        using var soma = service.NewClient();
        var model = new ScriptedChatClient(_ => "Noted.");
        var user = "";
        var name = LibraryService.NewName();
        var agent = AgentOf(model, new SomaMemoryProvider(soma, _ => new SomaConversation { Namespace = $"{name}-{user}" }, new() { MinRelevance = 0 }));
        user = "ada";
        await agent.RunAsync("canary-ada: my code is 4711", await agent.CreateSessionAsync());
        user = "bob";
        var session = await agent.CreateSessionAsync();
        await agent.RunAsync("I like codes and canaries", session);
        await agent.RunAsync("canary-ada, what is the code?", session);

        Assert.Contains(model.LastTexts, IsRecalled);
        Assert.DoesNotContain(model.LastTexts, text => text.Contains("4711", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_memory_is_put_around_any_agent()
    {
        using var soma = service.NewClient();
        await soma.StoreAsync("The kettle is in the blue cupboard");
        var model = new ScriptedChatClient(_ => "In the cupboard.");
        var provider = new SomaMemoryProvider(soma, _ => new SomaConversation { Namespace = soma.Namespace! }, new() { StoresMessages = false });
        var agent = new ChatClientAgent(model).AsBuilder().UseAIContextProviders(provider).Build();
        await agent.RunAsync("Where is the kettle?");

        Assert.Contains(model.LastTexts, IsRecalled);
        Assert.Equal(1, await soma.ListAsync().CountAsync());
    }

    [Fact]
    public async Task A_session_that_is_serialised_goes_on_with_its_history_in_order()
    {
        using var soma = service.NewClient();
        var model = new ScriptedChatClient(messages => $"answer {messages.Count(message => message.Role == ChatRole.User)}");
        var agent = WithHistory();
        var session = await agent.CreateSessionAsync();
        await agent.RunAsync("first", session);
        await agent.RunAsync("second", session);

        var elsewhere = WithHistory();
        var again = await elsewhere.DeserializeSessionAsync(await agent.SerializeSessionAsync(session));
        await elsewhere.RunAsync("third", again);
        Assert.Equal(["first", "answer 1", "second", "answer 2", "third"], model.LastTexts);

        await elsewhere.RunAsync("alone", await elsewhere.CreateSessionAsync());
        Assert.Equal(["alone"], model.LastTexts);

        ChatClientAgent WithHistory() => new(
            model,
            new ChatClientAgentOptions { ChatHistoryProvider = new SomaChatHistoryProvider(soma, _ => new SomaConversation { Namespace = soma.Namespace! }) });
    }

    [Fact]
    public async Task A_history_gives_the_newest_messages_and_does_not_store_what_was_recalled()
    {
        using var soma = service.NewClient();
        var model = new ScriptedChatClient(_ => "yes");
        var conversation = new SomaConversation { Namespace = soma.Namespace! };
        var agent = new ChatClientAgent(
            model,
            new ChatClientAgentOptions
            {
                ChatHistoryProvider = new SomaChatHistoryProvider(soma, _ => conversation, maxMessages: 2),
                AIContextProviders = [new SomaMemoryProvider(soma, _ => conversation, new() { StoresMessages = false, MinRelevance = 0 })],
            });
        var session = await agent.CreateSessionAsync();
        await agent.RunAsync("The kettle is blue", session);
        await agent.RunAsync("The lamp is green", session);
        await agent.RunAsync("Which colour has the kettle?", session);

        Assert.Equal(["The lamp is green", "yes", "Which colour has the kettle?"], model.LastTexts.Where(text => !IsRecalled(text)));
        Assert.Contains(model.LastTexts, IsRecalled);
        Assert.Equal(6, await soma.ListAsync().CountAsync());
    }

    [Fact]
    public async Task An_agent_answers_without_its_memory_when_the_service_is_away()
    {
        using var soma = service.NewClient(options => (options.Url, options.Retries) = (new Uri($"http://127.0.0.1:{FreePorts.Next()}"), 0));
        var agent = AgentOf(new ScriptedChatClient(_ => "Here I am."), new SomaMemoryProvider(soma, _ => new SomaConversation { Namespace = "x" }));
        Assert.Equal("Here I am.", (await agent.RunAsync("Are you there?")).Text);
    }

    private static ChatClientAgent AgentOf(IChatClient model, AIContextProvider memory) =>
        new(model, new ChatClientAgentOptions { AIContextProviders = [memory] });

    private static bool IsRecalled(string text) => text.StartsWith(Heading, StringComparison.Ordinal);
}
