// A chatbot with a memory: it keeps what it is told, and finds it again in any later conversation.
//
//   SOMA_URL=http://127.0.0.1:9595 SOMA_API_TOKEN=devtoken dotnet run --project examples/chatbot-dotnet ada
//
// Reads one message a line and answers each with a line. Each user has a namespace, so that no one is told what another one said.
using Soma.Client;

var user = args.FirstOrDefault() ?? "you";
using var client = new SomaClient();
var soma = client.Within($"chatbot-{user}");
var conversation = Guid.NewGuid().ToString();
while (Console.ReadLine() is { } message)
{
    var context = await soma.ContextAsync(message, 500, new() { MinRelevance = 0.3 });
    var answer = await ScriptedModel.AnswerAsync($"You talk with {user}.\n\n{context}", message);
    if (answer.IsWorthRemembering)
    {
        await soma.StoreAsync(new()
        {
            Payload = new() { ["text"] = message, ["speaker"] = user, ["session_id"] = conversation, ["timestamp"] = DateTimeOffset.UtcNow },
        });
    }

    Console.WriteLine(answer.Text);
}
