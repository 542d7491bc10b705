namespace Soma.Gateway.LangGraph;

/// <summary>Puts, gets and deletes one item.</summary>
internal static class StoreItems
{
    private static readonly TimeSpan _clientsTick = TimeSpan.FromMilliseconds(1);

    /// <summary>204 when the item is stored. An item of the same namespace and key is replaced, and keeps its <c>created_at</c>.</summary>
    public static async Task<IResult> PutAsync(StoreCall<ItemForm> call)
    {
        var stored = await call.WriteAsync(AnswerKind.Store, StoreItem.MemoryOf(call.Form));
        var answered = call.Core.Clock.GetTimestamp();
        // Clients compare updated_at in whole milliseconds, and it has to grow from one put to the next.
        while (call.Core.Clock.GetElapsedTime(answered) < _clientsTick)
        {
            await Task.Delay(_clientsTick, call.Core.Clock, call.Context.RequestAborted);
        }

        return ToAnswer(call, stored);
    }

    /// <summary>The item, or <c>null</c>: LangGraph's clients take a 404 for a failure.</summary>
    public static async Task<IResult> GetAsync(StoreCall<ItemForm> call)
    {
        if (call.Form.RefreshesTtl)
        {
            call.RefuseRefreshOfReaders();
        }

        var memory = await call.FindAsync(StoreItem.KeyOf(call.Form.Labels, call.Form.Key));
        if (memory is null || StoreItem.Of(memory) is not { } item)
        {
            return Answer<StoreItem>.Of<StoreItem?>(null);
        }

        if (call.Form.RefreshesTtl)
        {
            await call.RefreshAsync([memory]);
        }

        return Answer<StoreItem>.Of(item, AnswerSize.Of(memory, isFlat: false));
    }

    /// <summary>204, also if there was no such item.</summary>
    public static async Task<IResult> DeleteAsync(StoreCall<ItemForm> call) =>
        ToAnswer(call, await call.WriteAsync(AnswerKind.Delete, new DeleteMemory { Coordinate = StoreItem.KeyOf(call.Form.Labels, call.Form.Key) }));

    private static IResult ToAnswer(StoreCall<ItemForm> call, WriteReply reply)
    {
        if (reply.Rejection is { } rejection)
        {
            return Problem.Of(rejection);
        }

        call.Context.Response.Headers[MinSeq.SeqHeader] = reply.Seq.ToString(CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }
}
