namespace Soma.Gateway.Endpoints;

/// <summary>The group of a caller's requests that share one rate limit, such as <c>/memories.list</c>.</summary>
internal sealed record RateGroup(string Name);

/// <summary>What all routes of a group have in common is said once, where the group is mapped.</summary>
internal static class RouteConventions
{
    /// <summary>
    /// Gives every route of the service what the pipeline needs: HEAD beside GET, which the server answers without the body, and
    /// a <see cref="RouteInfo"/>. A route without a rate group of its own is limited by its template.
    /// </summary>
    public static RouteGroupBuilder WithSomaConventions(this RouteGroupBuilder group)
    {
        IEndpointConventionBuilder conventions = group;
        conventions.Add(static endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is { HttpMethods: ["GET"] })
            {
                endpoint.Metadata.Add(new HttpMethodMetadata(["GET", "HEAD"]));
            }
        });
        conventions.Finally(static endpoint =>
        {
            var pattern = ((RouteEndpointBuilder)endpoint).RoutePattern.RawText ?? "";
            var template = pattern.StartsWith(GatewayPipeline.VersionPrefix, StringComparison.Ordinal) ? pattern[GatewayPipeline.VersionPrefix.Length..] : pattern;
            var rateGroup = endpoint.Metadata.OfType<RateGroup>().LastOrDefault()?.Name ?? template;
            var access = endpoint.Metadata.OfType<Access>().LastOrDefault();
            var scope = endpoint.Metadata.OfType<Scopes>().LastOrDefault();
            if (access == Access.Protected && scope == Scopes.None)
            {
                throw new InvalidOperationException($"The route {template} says no scope: every caller who is known could use it.");
            }

            endpoint.Metadata.Add(new RouteInfo(template, access, rateGroup, scope));
        });
        return group;
    }

    /// <summary>A group whose routes need a caller and count against the caller's rate limit. Each route says its scope by <see cref="Needs"/>.</summary>
    public static RouteGroupBuilder MapProtected(this IEndpointRouteBuilder routes, string tag) =>
        routes.MapGroup("").WithTags(tag).WithMetadata(Access.Protected);

    /// <summary>The scope that the caller must have.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder routes, Scopes scope)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(scope);

    public static TBuilder LimitedAs<TBuilder>(this TBuilder routes, string rateGroup)
        where TBuilder : IEndpointConventionBuilder => routes.WithMetadata(new RateGroup(rateGroup));

    /// <summary>Maps a read of a namespace: GET with its fields in the query, or POST with its fields in the body.</summary>
    public static RouteHandlerBuilder MapRead<TForm, TAnswer>(
        this IEndpointRouteBuilder routes, string template, OperationDoc doc, RequestShape<TForm> shape,
        Func<Call<TForm>, Task<Results<TAnswer, Problem>>> handler, FieldsIn fields = FieldsIn.Query)
        where TForm : Form
        where TAnswer : IResult =>
        routes.Map(fields == FieldsIn.Query ? HttpMethods.Get : HttpMethods.Post, template, doc, shape, new RequestContract(shape, fields, RequestKind.Read), handler);

    /// <summary>Maps a write of a namespace.</summary>
    public static RouteHandlerBuilder MapWrite<TForm, TAnswer>(
        this IEndpointRouteBuilder routes, string method, string template, OperationDoc doc, RequestShape<TForm> shape,
        Func<Call<TForm>, Task<Results<TAnswer, Problem>>> handler, FieldsIn fields = FieldsIn.Body, RequestKind kind = RequestKind.Write)
        where TForm : Form
        where TAnswer : IResult =>
        routes.Map(method, template, doc, shape, new RequestContract(shape, fields, kind), handler);

    private static RouteHandlerBuilder Map<TForm, TAnswer>(
        this IEndpointRouteBuilder routes, string method, string template, OperationDoc doc, RequestShape<TForm> shape,
        RequestContract contract, Func<Call<TForm>, Task<Results<TAnswer, Problem>>> handler)
        where TForm : Form
        where TAnswer : IResult =>
        routes.MapMethods(template, [method], async Task<Results<TAnswer, Problem>> (HttpContext context, GatewayCore core) =>
        {
            var request = await core.ReadAsync(context, shape, contract);
            return request.IsRefused ? request.Problem : await handler(request.Value);
        }).WithMetadata(doc, contract);
}
