using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Soma.Gateway.Http;
using Soma.Gateway.Answers;
using Soma.Gateway.OpenApi.Schemas;

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
        await AddParametersAsync(operation, doc, route, schemas);
        await AddBodyAsync(operation, doc, schemas);
        await AddAnswersAsync(operation, doc, route, schemas);
        if (route.Access == Access.Protected)
        {
            operation.Security =
            [
                new() { [new OpenApiSecuritySchemeReference(OpenApiSetup.BearerScheme, context.Document)] = [] },
                new() { [new OpenApiSecuritySchemeReference(OpenApiSetup.KeyScheme, context.Document)] = [] },
            ];
        }
    }

    private static async Task AddParametersAsync(OpenApiOperation operation, OperationDoc doc, RouteInfo route, SchemaSource schemas)
    {
        operation.Parameters = [];
        if (route.Template.Contains("{coord}", StringComparison.Ordinal))
        {
            operation.Parameters.Add(await schemas.ParameterAsync(
                ParameterLocation.Path, new ParameterDoc("coord", "The coordinate: comma-separated numbers.", typeof(string), IsRequired: true)));
        }

        foreach (var parameter in doc.Query)
        {
            operation.Parameters.Add(await schemas.ParameterAsync(ParameterLocation.Query, parameter));
        }

        foreach (var header in HeaderDocs.Of(doc, route))
        {
            operation.Parameters.Add(await schemas.ParameterAsync(ParameterLocation.Header, header));
        }
    }

    private static async Task AddBodyAsync(OpenApiOperation operation, OperationDoc doc, SchemaSource schemas)
    {
        if (doc.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = doc.IsBodyRequired,
                Content = await schemas.ContentAsync(JsonAnswer.ContentType, body, doc.BodyExample),
            };
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
        public async Task<IOpenApiParameter> ParameterAsync(ParameterLocation location, ParameterDoc doc) => new OpenApiParameter
        {
            Name = doc.Name,
            In = location,
            Description = doc.Description,
            Required = doc.IsRequired,
            Schema = await context.GetOrCreateSchemaAsync(doc.Type, null, cancellationToken),
        };

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
            context.Document?.AddComponent(type.Name, schema);
            return new OpenApiSchemaReference(type.Name, context.Document);
        }
    }
}
