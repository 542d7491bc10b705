using Soma.Gateway.Http;

namespace Soma.Gateway.Endpoints;

/// <summary>Marks routes for the pipeline and for the OpenAPI document.</summary>
internal static class RouteConventions
{
    /// <summary>Whatever of the group answers GET answers HEAD too, the same way; the server leaves the body out.</summary>
    public static RouteGroupBuilder AnswerHead(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Add(static endpoint =>
        {
            if (endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault() is { HttpMethods: ["GET"] })
            {
                endpoint.Metadata.Add(new HttpMethodMetadata(["GET", "HEAD"]));
            }
        });
        return group;
    }

    public static RouteHandlerBuilder Protected(this RouteHandlerBuilder route, string template, string rateGroup) =>
        route.WithMetadata(new RouteInfo(template, Access.Protected, rateGroup));

    public static RouteHandlerBuilder Public(this RouteHandlerBuilder route, string template) =>
        route.WithMetadata(new RouteInfo(template, Access.Public, template));

    public static RouteHandlerBuilder Open(this RouteHandlerBuilder route, string template) =>
        route.WithMetadata(new RouteInfo(template, Access.Open, template));
}
