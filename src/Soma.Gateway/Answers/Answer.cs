using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace Soma.Gateway.Answers;

/// <summary>The type of a 200's body, for the OpenAPI document.</summary>
internal sealed record AnswerBody(Type Type);

/// <summary>A 200, or a 202, with a JSON body that the OpenAPI document shows as <typeparamref name="T"/>.</summary>
internal abstract class Answer<T> : IResult, IEndpointMetadataProvider
    where T : class
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AnswerBody(typeof(T)));

    public abstract Task ExecuteAsync(HttpContext httpContext);

    /// <param name="body">What is written: a <typeparamref name="T"/>, or the flat form of it, which the document does not show.</param>
    /// <param name="bytes">About how long the answer is. A large one is counted against the answer budget, and sent in pieces.</param>
    /// <param name="status">200, or 202 for an answer that says how far something is. A large answer is always a 200.</param>
    public static Answer<T> Of<TBody>(TBody body, long bytes = 0, int status = StatusCodes.Status200OK) => new Written<TBody>(body, bytes, status);

    private sealed class Written<TBody>(TBody body, long bytes, int status) : Answer<T>
    {
        public override Task ExecuteAsync(HttpContext httpContext) => bytes <= JsonAnswer.LargestBuffered
            ? JsonAnswer.WriteAsync(httpContext, status, JsonAnswer.ContentType, body)
            : JsonAnswer.StreamAsync(httpContext, body, bytes);
    }
}

/// <summary>About how many bytes a memory takes in an answer, without writing it.</summary>
internal static class AnswerSize
{
    /// <summary>The most bytes of one answer. Silos cut their replies to it; flat memories, which hold their payloads twice, are cut here.</summary>
    public const long Most = 8 * 1024 * 1024;

    /// <summary>The bytes around a payload: key, times and names.</summary>
    private const long Envelope = 600;

    public static long Of(MemoryRecord memory, bool isFlat) =>
        // A number of a vector is four bytes, and takes about twelve characters of JSON.
        Envelope + (memory.Payload.Length * (isFlat ? 2L : 1L)) + (3L * (memory.BroughtVector?.Length ?? 0));

    public static long Of(ChangeRecord change) =>
        Envelope + (change.Payload?.Length ?? 0) + (change.Text?.Length ?? 0) + (3L * (change.BroughtVector?.Length ?? 0)) + (change.Metadata?.Length ?? 0);

    public static long Of(Neighbor neighbor) => Envelope + (neighbor.Metadata?.Length ?? 0);
}
