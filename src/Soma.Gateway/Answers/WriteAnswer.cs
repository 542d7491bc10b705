using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Soma.Gateway.Answers;

/// <summary>
/// The outcome of a write. The body of a success is the one that the engine wrote, byte for byte, so that a retry gets the same
/// bytes; the OpenAPI document shows it as <typeparamref name="T"/>.
/// </summary>
internal sealed class WriteAnswer<T>(WriteReply reply) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AnswerBody(typeof(T)));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (reply.Rejection is { } rejection)
        {
            return Problem.Of(rejection).ExecuteAsync(httpContext);
        }

        var headers = httpContext.Response.Headers;
        headers[MinSeq.SeqHeader] = reply.Seq.ToString(CultureInfo.InvariantCulture);
        if (reply.ETag is { } seq)
        {
            headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{seq}\"");
        }

        return JsonAnswer.SendAsync(httpContext, reply.Status, JsonAnswer.ContentType, reply.Body);
    }
}

// The engine writes these bodies itself, because the receipt of a write stores its answer (Engine/Committing/Answers.cs). These
// records only describe the bodies in the OpenAPI document.

internal sealed record Stored(
    string Coord,
    MemoryKind MemoryType,
    bool Ok,
    [property: Description("Place of this write in its namespace's order.")] long Seq,
    [property: Description("1 for a memory's first write; versions go on after a delete.")] long Version,
    [property: Description("precomputed for a brought vector, else the model's name.")] string EmbeddingSource)
{
    [Description("\"partly\" if the memory is longer than what is indexed of it, else absent.")]
    public string? Indexed { get; init; }

    [Description("true if nothing was stored because of on_similar: the answer is about the memory that is there.")]
    public bool? Skipped { get; init; }

    [Description("With on_similar: the current memories that are like this one, most alike first, at most 5; absent if there are none.")]
    public SimilarStored[]? Similar { get; init; }
}

internal sealed record SimilarStored(string Coord, [property: Description("How alike the two are, 0–1.")] double Score);

internal sealed record StoredBatch(int Stored, long SeqFirst, long SeqLast, Stored[] Results);

internal sealed record DeletedMemory(string Coord, bool Deleted, long Seq);

internal sealed record StoredLink(string FromCoord, string ToCoord, string LinkType, bool Ok, long Seq);

internal sealed record DeletedLink(string FromCoord, string ToCoord, string LinkType, bool Deleted, long Seq);
