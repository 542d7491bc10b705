using System.Text.Json;
using Soma.Gateway.Tests.Fuzz;
using Soma.Gateway.Tests.Hosting;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Consistency;

/// <summary>Eight writers on one coordinate, as it must go on either store.</summary>
internal static class OneOrderChecks
{
    private const int Writers = 8;
    private const string Coordinate = "1.0,2.0,3.0";

    public static async Task WritesOfManyClientsFormOneOrderAsync(SomaHost soma, int writes)
    {
        var key = new NamespaceKey("default", SomaHost.NewNamespace("order"));
        var answers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(soma, key, writer, writes / Writers)));

        var all = answers.SelectMany(list => list).OrderBy(write => write.Seq).ToList();
        var numbers = Enumerable.Range(1, writes).Select(number => (long)number).ToList();
        Assert.Equal(numbers, all.Select(write => write.Seq));
        Assert.Equal(numbers, all.Select(write => write.Version));
        Assert.All(answers, own => Assert.Equal(own.OrderBy(write => write.Seq), own));

        using var reader = soma.NewClient(key.Name);
        var last = (await reader.GetAnswerAsync($"/memories/{Coordinate}")).Ok()["memory"];
        Assert.Equal((all[^1].Seq, all[^1].Version), (last.GetProperty("seq").GetInt64(), last.GetProperty("version").GetInt64()));
        Assert.Equal(all[^1].Payload, last.GetProperty("payload").GetRawText());

        var log = await NamespaceLog.ReadAsync(soma.Store, key);
        Assert.Equal(all.Select(write => (write.Seq, write.Version, write.Payload)), log.Puts());
    }

    public static async Task OneIdempotencyKeyIsOneVersionAsync(SomaHost soma)
    {
        var key = new NamespaceKey("default", SomaHost.NewNamespace("once"));
        const string Body = """{"coord": "1,2,3", "payload": {"text": "sent eight times"}}""";

        // No coordinate either: the one the server makes must be part of what is repeated.
        foreach (var body in new[] { Body, """{"payload": {"text": "where shall this lie?"}}""" })
        {
            var id = Guid.NewGuid().ToString();
            var clients = Enumerable.Range(0, Writers).Select(_ => soma.NewClient(key.Name)).ToList();
            var answers = await Task.WhenAll(clients.Select(client => client.PostAnswerAsync("/memories", body, ("Idempotency-Key", id))));
            var late = await clients[0].PostAnswerAsync("/memories", body, ("Idempotency-Key", id));

            Assert.All(answers, answer => Assert.Equal(late.Ok().Bytes, answer.Ok().Bytes));
            Assert.All(answers, answer => Assert.Equal((late.Header("X-Soma-Seq"), late.Header("ETag")), (answer.Header("X-Soma-Seq"), answer.Header("ETag"))));
            Assert.Equal(409, (await clients[0].PostAnswerAsync("/memories", """{"payload": {"text": "another"}}""", ("Idempotency-Key", id))).Status);
            clients.ForEach(client => client.Dispose());
        }

        var log = await NamespaceLog.ReadAsync(soma.Store, key);
        Assert.Equal([(1L, 1L), (2L, 1L)], log.Puts().Select(put => (put.Seq, put.Version)));
    }

    private static async Task<List<(long Seq, long Version, string Payload)>> WriteAsync(SomaHost soma, NamespaceKey key, int writer, int writes)
    {
        using var client = soma.NewClient(key.Name);
        var answered = new List<(long, long, string)>();
        for (var write = 0; write < writes; write++)
        {
            var payload = JsonSerializer.Serialize(new { writer, write, text = $"writer {writer} wrote {write}" });
            var answer = (await client.PostAnswerAsync("/memories", $$"""{"coord": "{{Coordinate}}", "payload": {{payload}}}""")).Ok();
            Assert.Equal(answer.Header("ETag"), $"\"{answer["seq"].GetInt64()}\"");
            answered.Add((answer["seq"].GetInt64(), answer["version"].GetInt64(), payload));
        }

        return answered;
    }
}
