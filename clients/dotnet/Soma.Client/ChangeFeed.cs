using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Soma.Client;

/// <summary>
/// The changes of a namespace, in order and without a gap. A stream that breaks is opened again where it was. <see cref="After"/> and
/// <see cref="Log"/> are the place up to which changes were handed out: kept together, they let another process go on there.
/// </summary>
public sealed class ChangeFeed : IAsyncEnumerable<Change>
{
    private readonly Caller _caller;
    private readonly ListChangesQuery _query;
    private readonly FollowOptions _options;

    internal ChangeFeed(Caller caller, ListChangesQuery query, FollowOptions options)
    {
        (_caller, _query, _options) = (caller, query, options);
        (After, Log) = (query.After ?? 0, query.Log);
    }

    /// <summary>The seq of the last change whose turn of the loop is over, or a later place that filters passed over.</summary>
    public long After { get; private set; }

    /// <summary>Names the log that the seqs are of; null until an answer named it.</summary>
    public string? Log { get; private set; }

    /// <summary>Goes on from <see cref="After"/>.</summary>
    /// <exception cref="SomaLogReplacedException">The namespace has another log than the one that the query names.</exception>
    public IAsyncEnumerator<Change> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        (_options.Follow ? StreamAsync(cancellationToken) : ReadPagesAsync(cancellationToken)).GetAsyncEnumerator(cancellationToken);

    private JsonObject Place() => Json.Fields(_query with { After = After, Log = Log }, Json.Wire.ListChangesQuery);

    private async IAsyncEnumerable<Change> ReadPagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var query = Place();
            query["limit"] = 1000;
            var page = await ExplainedAsync(
                _caller.JsonAsync(new Call(HttpMethod.Get, "/changes") { Query = query }, Json.Wire.ChangePage, _options, cancellationToken));
            Log = page.Log;
            foreach (var change in page.Changes)
            {
                yield return change;
                After = change.Seq;
            }

            if (page.NextAfter <= After && page.Changes.Count == 0)
            {
                yield break;
            }

            After = page.NextAfter;
        }
    }

    private async IAsyncEnumerable<Change> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var failures = 0; ; failures++)
        {
            if (failures > 0)
            {
                await Task.Delay(Caller.BackOff(failures - 1), cancellationToken);
            }

            using var events = await TryOpenAsync(cancellationToken);
            while (events is not null && await events.TryReadAsync(cancellationToken) is { } next)
            {
                failures = 0;
                if (next.Name == "reset")
                {
                    throw new SomaLogReplacedException(new Failure("The namespace has another log", Outcome.NotApplied) { Status = 410 });
                }

                if (next.Name == "log")
                {
                    Log = JsonNode.Parse(next.Data)?["log"]?.ToString();
                }
                else if (next.Data.Length > 0 && JsonSerializer.Deserialize(next.Data, Json.Wire.Change) is { } change)
                {
                    yield return change;
                }

                After = next.Id is null ? After : long.Parse(next.Id, CultureInfo.InvariantCulture);
            }
        }
    }

    private async Task<EventStream?> TryOpenAsync(CancellationToken cancellationToken)
    {
        var query = Place();
        var call = new Call(HttpMethod.Get, "/changes") { Query = query, Accept = "text/event-stream", LastEventId = After };
        try
        {
            var response = await ExplainedAsync(_caller.OpenAsync(call, _options, cancellationToken));
            return new EventStream(response, await response.Content.ReadAsStreamAsync(cancellationToken), _options.Silence);
        }
        catch (SomaException e) when (e.Status is null or >= 500 or 429)
        {
            // Whatever else the service says about the request would be said again. This is a connection that broke.
            return null;
        }
    }

    private static async Task<T> ExplainedAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (SomaGoneException e)
        {
            throw new SomaLogReplacedException(
                new Failure(e.Message, e.Outcome, e) { Status = e.Status, Problem = e.Problem, RequestId = e.RequestId });
        }
    }
}
