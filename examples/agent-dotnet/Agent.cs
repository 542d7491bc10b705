// An agent of Microsoft Agent Framework with a memory: its chat history lies in Soma, and it recalls what was said in any earlier conversation.
//
//   SOMA_URL=http://127.0.0.1:9595 SOMA_API_TOKEN=devtoken dotnet run --project examples/agent-dotnet ada
//
// Reads one message a line and answers each with a line. Each user has a namespace, so that no one is told what another one said.
using Microsoft.Agents.AI;
using Soma.AgentFramework;
using Soma.Client;

var user = args.FirstOrDefault() ?? "you";
using var soma = new SomaClient();
var conversation = new SomaConversation { Namespace = $"agent-{user}" };
var agent = new ChatClientAgent(
    new ScriptedModel(),
    new ChatClientAgentOptions
    {
        ChatOptions = new() { Instructions = $"You talk with {user}." },
        ChatHistoryProvider = new SomaChatHistoryProvider(soma, _ => conversation, maxMessages: 50),
        // The history stores the messages already.
        AIContextProviders = [new SomaMemoryProvider(soma, _ => conversation, new() { StoresMessages = false })],
    });
var session = await agent.CreateSessionAsync();
while (Console.ReadLine() is { } message)
{
    Console.WriteLine(await agent.RunAsync(message, session));
}
