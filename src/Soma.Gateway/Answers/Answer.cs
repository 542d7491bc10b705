using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Soma.Gateway.Http;

namespace Soma.Gateway.Answers;

/// <summary>The type of a 200's body, for the OpenAPI document.</summary>
internal sealed record AnswerBody(Type Type);

/// <summary>A 200 with a JSON body that the OpenAPI document shows as <typeparamref name="T"/>.</summary>
internal abstract class Answer<T> : IResult, IEndpointMetadataProvider
    where T : class
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) => builder.Metadata.Add(new AnswerBody(typeof(T)));

    public abstract Task ExecuteAsync(HttpContext httpContext);

    /// <param name="body">What is written: a <typeparamref name="T"/>, or the flat form of it, which the document does not show.</param>
    /// <param name="bytes">About how long the answer is. A large one is counted against the answer budget, and sent in pieces.</param>
    public static Answer<T> Of<TBody>(TBody body, long bytes = 0) => new Written<TBody>(body, bytes);

    private sealed class Written<TBody>(TBody body, long bytes) : Answer<T>
    {
        public override Task ExecuteAsync(HttpContext httpContext) => bytes <= JsonAnswer.LargestBuffered
            ? JsonAnswer.WriteAsync(httpContext, StatusCodes.Status200OK, JsonAnswer.ContentType, body)
            : JsonAnswer.StreamAsync(httpContext, body, bytes);
    }
}
