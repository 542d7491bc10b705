using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Soma.Gateway.Answers;
using Soma.Gateway.Http;

namespace Soma.Gateway.OpenApi;

/// <summary>Writes what a route's <see cref="OperationDoc"/> and <see cref="RouteInfo"/> say into the document.</summary>
internal static class OperationTransformer
{
    public static async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<OperationDoc>().FirstOrDefault() is not { } doc || metadata.OfType<RouteInfo>().FirstOrDefault() is not { } route)
        {
            return;
        }

        operation.OperationId = doc.Id;
        operation.Summary = doc.Summary;
        operation.Description = doc.Description;
        operation.Tags = new HashSet<OpenApiTagReference> { new(doc.Tag, context.Document) };
        var schemas = new SchemaSource(context, cancellationToken);
        AddRequest(operation, doc, route, context.Document);
        await AddAnswersAsync(operation, doc, route, schemas);
        operation.Security = route.Access == Access.Protected
            ?
            [
                new() { [new OpenApiSecuritySchemeReference(OpenApiSetup.BearerScheme, context.Document)] = [] },
                new() { [new OpenApiSecuritySchemeReference(OpenApiSetup.KeyScheme, context.Document)] = [] },
            ]
            // An empty requirement says that no token is needed; without any, the reader would have to guess.
            : [new()];
    }

    private static void AddRequest(OpenApiOperation operation, OperationDoc doc, RouteInfo route, OpenApiDocument? document)
    {
        operation.Parameters =
        [
            .. PathParameters(route.Template),
            .. route.Access == Access.Protected ? doc.Query.ToParameters(document) : [],
            .. HeaderDocs.Of(doc, route),
        ];
        if (doc.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = doc.IsBodyRequired,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [JsonAnswer.ContentType] = new()
                    {
                        Schema = body.ToSchema(document),
                        Example = doc.BodyExample is null ? null : JsonNode.Parse(doc.BodyExample),
                    },
                },
            };
        }
    }

    private static IEnumerable<IOpenApiParameter> PathParameters(string template)
    {
        foreach (var (name, description) in new[] { ("coord", "The memory's key: comma-separated numbers, or @ and its id, percent-encoded."), ("name", "The namespace.") })
        {
            if (template.Contains($"{{{name}}}", StringComparison.Ordinal))
            {
                yield return new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Path,
                    Description = description,
                    Required = true,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
            }
        }
    }

    private static async Task AddAnswersAsync(OpenApiOperation operation, OperationDoc doc, RouteInfo route, SchemaSource schemas)
    {
        operation.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "OK",
                Headers = HeaderDocs.OfAnswer(doc, route),
                Content = doc.Answer is { } answer
                    ? await schemas.ContentAsync(JsonAnswer.ContentType, answer, doc.AnswerExample)
                    : new Dictionary<string, OpenApiMediaType> { ["text/plain"] = new OpenApiMediaType() },
            },
        };
        foreach (var status in ErrorDocs.Of(doc, route))
        {
            operation.Responses[$"{status}"] = new OpenApiResponse
            {
                Description = ErrorDocs.Describe(status),
                Content = await schemas.ContentAsync(Problem.ContentType, typeof(ProblemDetails), null),
            };
        }
    }

    private sealed class SchemaSource(OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        public async Task<IDictionary<string, OpenApiMediaType>> ContentAsync(string contentType, Type type, string? example) =>
            new Dictionary<string, OpenApiMediaType>
            {
                [contentType] = new OpenApiMediaType
                {
                    Schema = await ReferenceAsync(type),
                    Example = example is null ? null : JsonNode.Parse(example),
                },
            };

        private async Task<IOpenApiSchema> ReferenceAsync(Type type)
        {
            var schema = await context.GetOrCreateSchemaAsync(type, null, cancellationToken);
            return NamedSchemas.Register(context.Document, type.Name, schema);
        }
    }
}
