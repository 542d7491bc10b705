using Soma.Grains.Engine.Caching;
using Soma.Grains.Engine.Owning;
using Soma.Grains.Interfaces;
using Soma.Grains.Searching;

namespace Soma.Grains.Engine.Reading;

/// <summary>Answers ranked versions with their canonical rows.</summary>
internal sealed class SearchReplies(EngineServices services, RowFetcher fetcher, Records records)
{
    /// <summary>The hits with their rows, as many as the answer and the caller's token budget hold.</summary>
    public async Task<SearchReply> MakeAsync(
        SearchMemories query, Ownership owned, IReadOnlyList<RankedMemory> hits, CancellationToken patience)
    {
        var found = await fetcher.FindVersionsAsync(owned.Id, [.. hits.Select(hit => (hit.Coordinate, hit.Seq))], patience);
        var rows = query.MaxTokens is { } tokens ? Payloads.WithinTokens(found, tokens) : found;
        var bySeq = hits.ToDictionary(hit => hit.Seq);
        var count = Records.CountWithin(rows, services.Options.MaxAnswerBytes, query.IncludeVector, !query.OmitPayload);
        return new SearchReply
        {
            Hits = [.. rows.Take(count).Select(row => new SearchHit
            {
                Memory = records.ToRecord(query.OmitPayload ? row with { Payload = [] } : row, owned, query.IncludeVector),
                Score = bySeq[row.Seq].Score,
                Explanation = bySeq[row.Seq].Explanation,
            })],
            HeadSeq = owned.HeadSeq,
            Truncated = count < rows.Count,
        };
    }
}
