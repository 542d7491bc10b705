using Microsoft.AspNetCore.OpenApi;

namespace Soma.Gateway.OpenApi;

/// <summary>
/// Makes the OpenAPI document from the routes, and serves the page that shows it. The page loads nothing from other servers, so it
/// works without internet access.
/// </summary>
internal static class OpenApiSetup
{
    public const string DocumentPath = "/openapi.json";
    private const string DocumentName = "v1";
    public const string BearerScheme = "bearer";
    public const string KeyScheme = "apiKey";
    private static readonly (string Name, string Description)[] Tags =
    [
        ("Memories", "Storing, reading, changing and deleting what is remembered."),
        ("Search", "Finding memories by meaning, word, vector or filter."),
        ("Links", "The graph that memories form."),
        ("Namespaces", "Settings of a namespace."),
        ("System", "Statistics, health and metrics."),
    ];

    public static IServiceCollection AddSomaOpenApi(this IServiceCollection services)
    {
        // These options only affect the schemas of the document, because handlers read and write JSON by their own code.
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            // Otherwise the document would call the members of positional records optional.
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
        return services.AddOpenApi(DocumentName, options =>
        {
            // HEAD is left out: it answers like the GET of the same route, without a body.
            options.ShouldInclude = static description => description.HttpMethod != HttpMethods.Head;
            options.AddDocumentTransformer(DescribeAsync);
            options.AddOperationTransformer(OperationTransformer.TransformAsync);
            options.AddSchemaTransformer(AnswerSchemas.TransformAsync);
            options.AddSchemaTransformer(DescribePropertyAsync);
        });
    }

    /// <summary>Serves the document. It is made once, because the routes do not change while the process runs.</summary>
    public static void MapSomaOpenApi(this IEndpointRouteBuilder routes)
    {
        var document = new Lazy<Task<byte[]>>(() => RenderAsync(routes.ServiceProvider));
        routes
            .MapGet(DocumentPath, async () => TypedResults.Bytes(await document.Value, "application/json;charset=utf-8"))
            .ExcludeFromDescription();
    }

    private static async Task<byte[]> RenderAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var provider = scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentName);
        var document = await provider.GetOpenApiDocumentAsync();
        return Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
    }

    /// <summary>Serves the pages below <c>/docs</c>. All other requests go past them, because their middleware costs each some time.</summary>
    public static void UseSomaDocs(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase),
        docs => docs.UseSwaggerUI(options =>
        {
            options.RoutePrefix = "docs";
            options.DocumentTitle = "Soma";
            options.SwaggerEndpoint(DocumentPath, "Soma");
        }));

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Soma",
            Version = "1",
            Description = "The long-term memory of agents. Every route is also reachable under /api/v1.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        // A relative address, because this process does not know under which address its clients reach it.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-API-Key" },
        };
        return Task.CompletedTask;
    }

    /// <summary>Sets the description of a property again, because the schema exporter drops it for properties of type RawJson.</summary>
    private static Task DescribePropertyAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var described = context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false);
        if (described is [DescriptionAttribute description, ..])
        {
            schema.Description ??= description.Description;
        }

        return Task.CompletedTask;
    }
}
