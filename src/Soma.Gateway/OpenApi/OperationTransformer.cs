using Microsoft.AspNetCore.OpenApi;

namespace Soma.Gateway.OpenApi;

/// <summary>Writes each route into the OpenAPI document: its parameters, its body, its answers and its errors.</summary>
internal static class OperationTransformer
{
    public static async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (DocumentedRoute.From(context.Description.ActionDescriptor.EndpointMetadata) is not { } route)
        {
            return;
        }

        operation.OperationId = route.Doc.Id;
        operation.Summary = route.Doc.Summary;
        operation.Description = route.Doc.Description;
        var schemas = new SchemaSource(context, cancellationToken);
        AddRequest(operation, route, context.Document);
        await AddAnswersAsync(operation, route, schemas);
        operation.Security = route.IsProtected
            ?
            [
                new() { [new OpenApiSecuritySchemeReference(OpenApiSetup.BearerScheme, context.Document)] = [] },
                new() { [new OpenApiSecuritySchemeReference(OpenApiSetup.KeyScheme, context.Document)] = [] },
            ]
            // An empty requirement says that no token is needed. Without it the document would leave that open.
            : [new()];
    }

    private static void AddRequest(OpenApiOperation operation, DocumentedRoute route, OpenApiDocument? document)
    {
        operation.Parameters =
        [
            .. PathParameters(route.Info.Template),
            .. route.IsProtected ? route.Query.ToParameters(document) : [],
            .. HeaderDocs.Of(route),
        ];
        if (route.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = route.Request?.Fields == FieldsIn.Body,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [JsonAnswer.ContentType] = new()
                    {
                        Schema = body.ToSchema(document),
                        Example = Parse(route.Doc.BodyExample),
                    },
                },
            };
        }
    }

    private static IEnumerable<IOpenApiParameter> PathParameters(string template)
    {
        foreach (var (name, description) in new[] { ("coord", "The memory's key: comma-separated numbers, or @ and its id, percent-encoded."), ("name", "The namespace."), ("id", "The id of the access key.") })
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

    private static async Task AddAnswersAsync(OpenApiOperation operation, DocumentedRoute route, SchemaSource schemas)
    {
        operation.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "OK",
                Headers = HeaderDocs.OfAnswer(route),
                Content = route.Answer is { } answer
                    ? await schemas.ContentAsync(JsonAnswer.ContentType, answer, route.Doc.AnswerExample)
                    : new Dictionary<string, OpenApiMediaType> { ["text/plain"] = new OpenApiMediaType() },
            },
        };
        if (route is { Doc.Accepted: { } accepted, Answer: { } body })
        {
            operation.Responses["202"] = new OpenApiResponse
            {
                Description = accepted,
                Headers = HeaderDocs.OfAnswer(route),
                Content = await schemas.ContentAsync(JsonAnswer.ContentType, body, null),
            };
        }

        foreach (var status in ErrorDocs.Of(route))
        {
            operation.Responses[$"{status}"] = new OpenApiResponse
            {
                Description = ErrorDocs.Describe(status),
                Content = await schemas.ContentAsync(Problem.ContentType, typeof(ProblemDetails), null),
            };
        }
    }

    private static JsonNode? Parse(string? json) => json is null ? null : JsonNode.Parse(json);

    private sealed class SchemaSource(OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        public async Task<IDictionary<string, OpenApiMediaType>> ContentAsync(string contentType, Type type, string? example) =>
            new Dictionary<string, OpenApiMediaType>
            {
                [contentType] = new OpenApiMediaType
                {
                    Schema = await ReferenceAsync(type),
                    Example = Parse(example),
                },
            };

        private async Task<IOpenApiSchema> ReferenceAsync(Type type)
        {
            var schema = await context.GetOrCreateSchemaAsync(type, null, cancellationToken);
            return NamedSchemas.Register(context.Document, type.Name, schema);
        }
    }
}
