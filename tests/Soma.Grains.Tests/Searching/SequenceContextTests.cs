using CsCheck;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;
using Soma.Grains.Searching.Ranking;

namespace Soma.Grains.Tests.Searching;

public sealed class SequenceContextTests
{
    private static readonly string[] Words = ["tea", "milk", "garden", "boat", "violin"];

    [Fact]
    public async Task A_neighbour_of_a_hit_rises_above_a_stranger()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.Put(IndexFixture.Entry(1, 1, "qqq violin", """{"session_id":"a"}"""));
        index.Put(IndexFixture.Entry(2, 2, "qqq boat", """{"session_id":"b"}"""));
        index.Put(IndexFixture.Entry(3, 3, "qqq tea", """{"session_id":"a"}"""));
        index.Publish(3);
        var with = await IndexFixture.SearchAsync(index.Current, IndexFixture.Query("tea") with { UseContext = true });
        Assert.Equal([3L, 1L, 2L], with.Select(hit => hit.Seq));
        Assert.Equal(1, with[0].Score, 1e-6);
    }

    [Fact]
    public async Task A_memory_without_a_sequence_gains_nothing()
    {
        var index = new SearchIndex(IndexFixture.Embedder.Dimension);
        index.Put(IndexFixture.Entry(1, 1, "tea"));
        index.Put(IndexFixture.Entry(2, 2, "tea boat"));
        index.Publish(2);
        var hits = await IndexFixture.SearchAsync(index.Current, IndexFixture.Query("tea") with { UseContext = true });
        Assert.All(hits, hit => Assert.Null(hit.Explanation!.Context));
    }

    [Fact]
    public Task Gains_follow_the_order_of_first_writing_whatever_order_the_index_got_them_in() =>
        Gen.Select(
                Gen.OneOf(Words).Array[1, 3].Select(words => string.Join(' ', words)).Array[1, 40],
                Gen.Int[1, 4], Gen.OneOf("written", "loaded", "shuffled"), Gen.Int)
            .SampleAsync(
                async (texts, sessions, order, seed) =>
                {
                    var memories = texts.Select((text, i) => (Number: i, Text: text, Session: i * 7 % sessions)).ToArray();
                    var given = memories.ToArray();
                    if (order == "loaded")
                    {
                        Array.Reverse(given);
                    }
                    else if (order == "shuffled")
                    {
                        new Random(seed).Shuffle(given);
                    }

                    var index = new SearchIndex(IndexFixture.Embedder.Dimension);
                    foreach (var (number, text, session) in given)
                    {
                        index.Put(IndexFixture.Entry(number, number + 1, text, $$"""{"session_id":{{session}}}"""));
                    }

                    index.Publish(texts.Length);
                    await CompareAsync(index.Current, [.. memories.Select(memory => memory.Session)]);
                },
                iter: 200);

    private static async Task CompareAsync(IndexSnapshot snapshot, int[] sessions)
    {
        var hits = await IndexFixture.SearchAsync(snapshot, IndexFixture.Query("tea milk", SearchMode.Vector) with { UseContext = true });
        var fused = new double[sessions.Length];
        var plain = await IndexFixture.SearchAsync(snapshot, IndexFixture.Query("tea milk", SearchMode.Vector));
        foreach (var hit in plain)
        {
            fused[hit.Seq - 1] = hit.Score;
        }

        foreach (var hit in hits)
        {
            var session = Enumerable.Range(0, sessions.Length).Where(i => sessions[i] == sessions[hit.Seq - 1]).ToArray();
            Assert.Equal(Gain(fused, session, Array.IndexOf(session, (int)hit.Seq - 1)), hit.Explanation!.Context!.Value, 1e-4);
        }
    }

    private static double Gain(double[] fused, int[] session, int place)
    {
        double At(int index) => index >= 0 && index < session.Length ? fused[session[index]] : 0;
        var best = session.Select(i => fused[i]).OrderDescending().Take(3).ToArray();
        var near = SequenceContext.OneStep * Math.Max(At(place - 1), At(place + 1));
        var far = SequenceContext.TwoSteps * Math.Max(At(place - 2), At(place + 2));
        return Math.Max(near, far) + (SequenceContext.WholeSequence * best.Average());
    }
}
